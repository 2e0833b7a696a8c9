{{- define "hybrid-runner.argo-name" -}}
{{ printf "%s%s" ((include "hybrid-runner.text" (($.Values.argoWorkflows).fullnameOverride | default "argo-workflows")) | trunc 43 | trimSuffix "-") "-workflow-controller" }}
{{- end -}}

{{- define "hybrid-runner.chart" -}}
{{ printf "%s%s%s" $.Chart.Name "-" $.Chart.Version }}
{{- end -}}

{{- define "hybrid-runner.ecr-hook-service-account" -}}
{{ ternary (printf "%s%s" ((include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).serviceAccount).name | default "omd-pull-secret-refresh")) | trunc 58 | trimSuffix "-") "-hook") ((($.Values.ecrRegistryHelper).serviceAccount).name | default "omd-pull-secret-refresh") (not (not (($.Values.ecrRegistryHelper).serviceAccount).create)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-key-in-ecr-hook-key" -}}
{{ ternary (($.Values.ecrRegistryHelper).collateCredentials).secretRef (ternary (include "hybrid-runner.fullname-ecr-hook-key" $) "" (not (not (and ((($.Values.ecrRegistryHelper).collateCredentials).values).accessKeyId ((($.Values.ecrRegistryHelper).collateCredentials).values).secretAccessKey)))) (not (not (($.Values.ecrRegistryHelper).collateCredentials).secretRef)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-key-in-secrets" -}}
{{ ternary (($.Values.ecrRegistryHelper).collateCredentials).secretRef (ternary (include "hybrid-runner.fullname-secrets" $) "" (not (not (and ((($.Values.ecrRegistryHelper).collateCredentials).values).accessKeyId ((($.Values.ecrRegistryHelper).collateCredentials).values).secretAccessKey)))) (not (not (($.Values.ecrRegistryHelper).collateCredentials).secretRef)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-service-account" -}}
{{ (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).serviceAccount).name | default "omd-pull-secret-refresh")) }}
{{- end -}}

{{- define "hybrid-runner.fullname" -}}
{{ (include "hybrid-runner.text" ($.Values.fullnameOverride | default (ternary $.Release.Name (printf "%s%s%s" $.Release.Name "-" (include "hybrid-runner.name" $)) (contains (include "hybrid-runner.name" $) $.Release.Name)))) | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "hybrid-runner.fullname-auth-token" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 52 | trimSuffix "-") "-auth-token" }}
{{- end -}}

{{- define "hybrid-runner.fullname-dashboard" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 53 | trimSuffix "-") "-dashboard" }}
{{- end -}}

{{- define "hybrid-runner.fullname-doctor" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 56 | trimSuffix "-") "-doctor" }}
{{- end -}}

{{- define "hybrid-runner.fullname-ecr" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 39 | trimSuffix "-") "-ecr" }}
{{- end -}}

{{- define "hybrid-runner.fullname-ecr-hook-key" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 50 | trimSuffix "-") "-ecr-hook-key" }}
{{- end -}}

{{- define "hybrid-runner.fullname-ingestion" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 53 | trimSuffix "-") "-ingestion" }}
{{- end -}}

{{- define "hybrid-runner.fullname-ingestion-config" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 46 | trimSuffix "-") "-ingestion-config" }}
{{- end -}}

{{- define "hybrid-runner.fullname-secrets" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 55 | trimSuffix "-") "-secrets" }}
{{- end -}}

{{- define "hybrid-runner.fullname-uninstall" -}}
{{ printf "%s%s" ((include "hybrid-runner.fullname" $) | trunc 53 | trimSuffix "-") "-uninstall" }}
{{- end -}}

{{- define "hybrid-runner.image" -}}
{{ ternary (printf "%s%s%s" (include "hybrid-runner.text" ($.Values.image).repository) "@" (include "hybrid-runner.text" ($.Values.image).digest)) (printf "%s%s%s" (include "hybrid-runner.text" ($.Values.image).repository) ":" (include "hybrid-runner.text" (($.Values.image).tag | default $.Chart.AppVersion))) (not (not ($.Values.image).digest)) }}
{{- end -}}

{{- define "hybrid-runner.ingestion-namespace" -}}
{{ (($.Values.config).ingestionPods).namespace | default ($.Values.namespaceOverride | default $.Release.Namespace) }}
{{- end -}}

{{- define "hybrid-runner.is-argo" -}}
{{ ternary "true" "" (not (not (or $.Values.installArgoWorkflows (($.Values.config).argoWorkflows).endpoint))) }}
{{- end -}}

{{- define "hybrid-runner.name" -}}
{{ (include "hybrid-runner.text" ($.Values.nameOverride | default $.Chart.Name)) | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "hybrid-runner.service-account" -}}
{{ ($.Values.serviceAccount).name | default (ternary (include "hybrid-runner.fullname" $) "default" (not (not ($.Values.serviceAccount).create))) }}
{{- end -}}
