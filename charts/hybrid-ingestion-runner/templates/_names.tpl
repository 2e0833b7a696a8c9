{{- define "hybrid-runner.argo-cpu-limits" -}}
{{- /* argoWorkflows.controller.resources.requests.cpu, argoWorkflows.controller.resources.limits.cpu */ -}}
{{ (include "hybrid-runner.text" (ternary (((($.Values.argoWorkflows).controller).resources).requests).cpu (((($.Values.argoWorkflows).controller).resources).limits).cpu (not (not (and (eq (toJson (((($.Values.argoWorkflows).controller).resources).limits).cpu) (toJson (dict).nothing)) (not (eq (toJson (((($.Values.argoWorkflows).controller).resources).requests).cpu) (toJson "100m"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).requests).cpu) (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).limits).cpu)))))))) }}
{{- end -}}

{{- define "hybrid-runner.argo-cpu-requests" -}}
{{- /* argoWorkflows.controller.resources.limits.cpu, argoWorkflows.controller.resources.requests.cpu */ -}}
{{ (include "hybrid-runner.text" (ternary (((($.Values.argoWorkflows).controller).resources).limits).cpu (((($.Values.argoWorkflows).controller).resources).requests).cpu (not (not (and (eq (toJson (((($.Values.argoWorkflows).controller).resources).requests).cpu) (toJson "100m")) (not (eq (toJson (((($.Values.argoWorkflows).controller).resources).limits).cpu) (toJson (dict).nothing))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).requests).cpu) (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).limits).cpu)))))))) }}
{{- end -}}

{{- define "hybrid-runner.argo-memory-limits" -}}
{{- /* argoWorkflows.controller.resources.requests.memory, argoWorkflows.controller.resources.limits.memory */ -}}
{{ (include "hybrid-runner.text" (ternary (((($.Values.argoWorkflows).controller).resources).requests).memory (((($.Values.argoWorkflows).controller).resources).limits).memory (not (not (and (eq (toJson (((($.Values.argoWorkflows).controller).resources).limits).memory) (toJson "512Mi")) (not (eq (toJson (((($.Values.argoWorkflows).controller).resources).requests).memory) (toJson "128Mi"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).requests).memory) (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).limits).memory)))))))) }}
{{- end -}}

{{- define "hybrid-runner.argo-memory-requests" -}}
{{- /* argoWorkflows.controller.resources.limits.memory, argoWorkflows.controller.resources.requests.memory */ -}}
{{ (include "hybrid-runner.text" (ternary (((($.Values.argoWorkflows).controller).resources).limits).memory (((($.Values.argoWorkflows).controller).resources).requests).memory (not (not (and (eq (toJson (((($.Values.argoWorkflows).controller).resources).requests).memory) (toJson "128Mi")) (not (eq (toJson (((($.Values.argoWorkflows).controller).resources).limits).memory) (toJson "512Mi"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).requests).memory) (include "hybrid-runner.text" (((($.Values.argoWorkflows).controller).resources).limits).memory)))))))) }}
{{- end -}}

{{- define "hybrid-runner.argo-name" -}}
{{- /* argoWorkflows.fullnameOverride */ -}}
{{ printf "%s%s" ((include "hybrid-runner.text" (($.Values.argoWorkflows).fullnameOverride | default "argo-workflows")) | trunc 43 | trimSuffix "-") "-workflow-controller" }}
{{- end -}}

{{- define "hybrid-runner.chart" -}}
{{ regexFind "^.{0,62}[A-Za-z0-9]" (replace "+" "_" (printf "%s%s%s" $.Chart.Name "-" $.Chart.Version)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-hook-service-account" -}}
{{- /* ecrRegistryHelper.serviceAccount.create */ -}}
{{ ternary (printf "%s%s" ((include "hybrid-runner.ecr-service-account" $) | trunc 58 | trimSuffix "-") "-hook") (include "hybrid-runner.ecr-service-account" $) (not (not (($.Values.ecrRegistryHelper).serviceAccount).create)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-key-in-ecr-hook-key" -}}
{{- /* ecrRegistryHelper.collateCredentials.secretRef, ecrRegistryHelper.collateCredentials.values.accessKeyId, ecrRegistryHelper.collateCredentials.values.secretAccessKey */ -}}
{{ ternary (($.Values.ecrRegistryHelper).collateCredentials).secretRef (ternary (include "hybrid-runner.fullname-ecr-hook-key" $) "" (not (not (and ((($.Values.ecrRegistryHelper).collateCredentials).values).accessKeyId ((($.Values.ecrRegistryHelper).collateCredentials).values).secretAccessKey)))) (not (not (($.Values.ecrRegistryHelper).collateCredentials).secretRef)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-key-in-secrets" -}}
{{- /* ecrRegistryHelper.collateCredentials.secretRef, ecrRegistryHelper.collateCredentials.values.accessKeyId, ecrRegistryHelper.collateCredentials.values.secretAccessKey */ -}}
{{ ternary (($.Values.ecrRegistryHelper).collateCredentials).secretRef (ternary (include "hybrid-runner.fullname-secrets" $) "" (not (not (and ((($.Values.ecrRegistryHelper).collateCredentials).values).accessKeyId ((($.Values.ecrRegistryHelper).collateCredentials).values).secretAccessKey)))) (not (not (($.Values.ecrRegistryHelper).collateCredentials).secretRef)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-removal-service-account" -}}
{{- /* ecrRegistryHelper.serviceAccount.create */ -}}
{{ ternary (printf "%s%s" (include "hybrid-runner.fullname-ecr" $) "-removal") (include "hybrid-runner.ecr-service-account" $) (not (not (($.Values.ecrRegistryHelper).serviceAccount).create)) }}
{{- end -}}

{{- define "hybrid-runner.ecr-service-account" -}}
{{- /* ecrRegistryHelper.serviceAccount.name, ecrRegistryHelper.serviceAccount.create */ -}}
{{ (($.Values.ecrRegistryHelper).serviceAccount).name | default (ternary (printf "%s%s" (include "hybrid-runner.fullname" $) "-ecr") "default" (not (not (($.Values.ecrRegistryHelper).serviceAccount).create))) }}
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
{{- /* image.repository, image.digest, image.tag */ -}}
{{ ternary (printf "%s%s%s" (include "hybrid-runner.text" ($.Values.image).repository) "@" (include "hybrid-runner.text" ($.Values.image).digest)) (printf "%s%s%s" (include "hybrid-runner.text" ($.Values.image).repository) ":" (include "hybrid-runner.text" (($.Values.image).tag | default (replace "+" "_" $.Chart.AppVersion)))) (not (not ($.Values.image).digest)) }}
{{- end -}}

{{- define "hybrid-runner.ingestion-namespace" -}}
{{- /* config.ingestionPods.namespace */ -}}
{{ (($.Values.config).ingestionPods).namespace | default ($.Values.namespaceOverride | default $.Release.Namespace) }}
{{- end -}}

{{- define "hybrid-runner.ingestion-service-account" -}}
{{- /* config.ingestionPods.serviceAccount.name, config.ingestionPods.serviceAccount.create */ -}}
{{ ((($.Values.config).ingestionPods).serviceAccount).name | default (ternary (printf "%s%s" (include "hybrid-runner.fullname" $) "-ingestion") "default" (not (not ((($.Values.config).ingestionPods).serviceAccount).create))) }}
{{- end -}}

{{- define "hybrid-runner.is-argo" -}}
{{- /* config.argoWorkflows.endpoint */ -}}
{{ ternary "true" "" (not (not (or $.Values.installArgoWorkflows (($.Values.config).argoWorkflows).endpoint))) }}
{{- end -}}

{{- define "hybrid-runner.name" -}}
{{ (include "hybrid-runner.text" ($.Values.nameOverride | default $.Chart.Name)) | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "hybrid-runner.refresher-cpu-limits" -}}
{{- /* ecrRegistryHelper.resources.requests.cpu, ecrRegistryHelper.resources.limits.cpu */ -}}
{{ (include "hybrid-runner.text" (ternary ((($.Values.ecrRegistryHelper).resources).requests).cpu ((($.Values.ecrRegistryHelper).resources).limits).cpu (not (not (and (eq (toJson ((($.Values.ecrRegistryHelper).resources).limits).cpu) (toJson (dict).nothing)) (not (eq (toJson ((($.Values.ecrRegistryHelper).resources).requests).cpu) (toJson "50m"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).requests).cpu) (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).limits).cpu)))))))) }}
{{- end -}}

{{- define "hybrid-runner.refresher-cpu-requests" -}}
{{- /* ecrRegistryHelper.resources.limits.cpu, ecrRegistryHelper.resources.requests.cpu */ -}}
{{ (include "hybrid-runner.text" (ternary ((($.Values.ecrRegistryHelper).resources).limits).cpu ((($.Values.ecrRegistryHelper).resources).requests).cpu (not (not (and (eq (toJson ((($.Values.ecrRegistryHelper).resources).requests).cpu) (toJson "50m")) (not (eq (toJson ((($.Values.ecrRegistryHelper).resources).limits).cpu) (toJson (dict).nothing))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).requests).cpu) (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).limits).cpu)))))))) }}
{{- end -}}

{{- define "hybrid-runner.refresher-memory-limits" -}}
{{- /* ecrRegistryHelper.resources.requests.memory, ecrRegistryHelper.resources.limits.memory */ -}}
{{ (include "hybrid-runner.text" (ternary ((($.Values.ecrRegistryHelper).resources).requests).memory ((($.Values.ecrRegistryHelper).resources).limits).memory (not (not (and (eq (toJson ((($.Values.ecrRegistryHelper).resources).limits).memory) (toJson "192Mi")) (not (eq (toJson ((($.Values.ecrRegistryHelper).resources).requests).memory) (toJson "128Mi"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).requests).memory) (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).limits).memory)))))))) }}
{{- end -}}

{{- define "hybrid-runner.refresher-memory-requests" -}}
{{- /* ecrRegistryHelper.resources.limits.memory, ecrRegistryHelper.resources.requests.memory */ -}}
{{ (include "hybrid-runner.text" (ternary ((($.Values.ecrRegistryHelper).resources).limits).memory ((($.Values.ecrRegistryHelper).resources).requests).memory (not (not (and (eq (toJson ((($.Values.ecrRegistryHelper).resources).requests).memory) (toJson "128Mi")) (not (eq (toJson ((($.Values.ecrRegistryHelper).resources).limits).memory) (toJson "192Mi"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).requests).memory) (include "hybrid-runner.text" ((($.Values.ecrRegistryHelper).resources).limits).memory)))))))) }}
{{- end -}}

{{- define "hybrid-runner.runner-cpu-limits" -}}
{{- /* resources.requests.cpu, resources.limits.cpu */ -}}
{{ (include "hybrid-runner.text" (ternary (($.Values.resources).requests).cpu (($.Values.resources).limits).cpu (not (not (and (eq (toJson (($.Values.resources).limits).cpu) (toJson (dict).nothing)) (not (eq (toJson (($.Values.resources).requests).cpu) (toJson "100m"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (($.Values.resources).requests).cpu) (include "hybrid-runner.text" (($.Values.resources).limits).cpu)))))))) }}
{{- end -}}

{{- define "hybrid-runner.runner-cpu-requests" -}}
{{- /* resources.limits.cpu, resources.requests.cpu */ -}}
{{ (include "hybrid-runner.text" (ternary (($.Values.resources).limits).cpu (($.Values.resources).requests).cpu (not (not (and (eq (toJson (($.Values.resources).requests).cpu) (toJson "100m")) (not (eq (toJson (($.Values.resources).limits).cpu) (toJson (dict).nothing))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (($.Values.resources).requests).cpu) (include "hybrid-runner.text" (($.Values.resources).limits).cpu)))))))) }}
{{- end -}}

{{- define "hybrid-runner.runner-memory-limits" -}}
{{- /* resources.requests.memory, resources.limits.memory */ -}}
{{ (include "hybrid-runner.text" (ternary (($.Values.resources).requests).memory (($.Values.resources).limits).memory (not (not (and (eq (toJson (($.Values.resources).limits).memory) (toJson "384Mi")) (not (eq (toJson (($.Values.resources).requests).memory) (toJson "192Mi"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (($.Values.resources).requests).memory) (include "hybrid-runner.text" (($.Values.resources).limits).memory)))))))) }}
{{- end -}}

{{- define "hybrid-runner.runner-memory-requests" -}}
{{- /* resources.limits.memory, resources.requests.memory */ -}}
{{ (include "hybrid-runner.text" (ternary (($.Values.resources).limits).memory (($.Values.resources).requests).memory (not (not (and (eq (toJson (($.Values.resources).requests).memory) (toJson "192Mi")) (not (eq (toJson (($.Values.resources).limits).memory) (toJson "384Mi"))) (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (($.Values.resources).requests).memory) (include "hybrid-runner.text" (($.Values.resources).limits).memory)))))))) }}
{{- end -}}

{{- define "hybrid-runner.service-account" -}}
{{- /* serviceAccount.name, serviceAccount.create */ -}}
{{ ($.Values.serviceAccount).name | default (ternary (include "hybrid-runner.fullname" $) "default" (not (not ($.Values.serviceAccount).create))) }}
{{- end -}}

{{- define "hybrid-runner.uninstall-account" -}}
{{- /* serviceAccount.create */ -}}
{{ ternary (include "hybrid-runner.fullname-uninstall" $) (include "hybrid-runner.service-account" $) (not (not ($.Values.serviceAccount).create)) }}
{{- end -}}

{{- define "hybrid-runner.version" -}}
{{ regexFind "^.{0,62}[A-Za-z0-9]" (replace "+" "_" $.Chart.AppVersion) }}
{{- end -}}

{{- define "hybrid-runner.warnings" -}}
{{ (include "hybrid-runner.text" (ternary "config.useSecureProtocols is false: the token crosses the network in clear text. Set it to true.\n" "" (not (not (and (not (kindIs "invalid" ($.Values.config).useSecureProtocols)) (not ($.Values.config).useSecureProtocols)))))) }}
{{- (include "hybrid-runner.text" (ternary "config.authToken is given as a value, which Helm keeps with the release. Better put it into a Secret and name that in config.authTokenSecret.\n" "" (not (not ($.Values.config).authToken)))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs[AUTH_TOKEN] stands in the Deployment in clear text. Better put the token into a Secret and name that in config.authTokenSecret.\n" "" (not (not (and (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "AUTH_TOKEN")) (not (regexMatch "^secret:" (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "AUTH_TOKEN")))) (not (contains "$(" (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "AUTH_TOKEN"))))))))) }}
{{- /* ecrRegistryHelper.enabled, ecrRegistryHelper.collateCredentials.values.accessKeyId, ecrRegistryHelper.collateCredentials.values.secretAccessKey, ecrRegistryHelper.collateCredentials.secretRef */}}
{{- (include "hybrid-runner.text" (ternary "ecrRegistryHelper.collateCredentials.values holds a key, which Helm keeps with the release. Better put it into a Secret and name that in secretRef beside it.\n" "" (not (not (and ($.Values.ecrRegistryHelper).enabled (and ((($.Values.ecrRegistryHelper).collateCredentials).values).accessKeyId ((($.Values.ecrRegistryHelper).collateCredentials).values).secretAccessKey (not (($.Values.ecrRegistryHelper).collateCredentials).secretRef))))))) }}
{{- (include "hybrid-runner.text" (ternary "config.proxy.httpsProxy holds a password, which stands in the pods of the chart in clear text, and which Helm keeps with the release. Better put the address into a Secret and give it as HTTPS_PROXY in extraEnvs, by valueFrom.secretKeyRef.\n" "" (contains "@" (include "hybrid-runner.text" (($.Values.config).proxy).httpsProxy)))) }}
{{- (include "hybrid-runner.text" (ternary "config.proxy.httpProxy holds a password, which stands in the pods of the chart in clear text, and which Helm keeps with the release. Better put the address into a Secret and give it as HTTP_PROXY in extraEnvs, by valueFrom.secretKeyRef.\n" "" (contains "@" (include "hybrid-runner.text" (($.Values.config).proxy).httpProxy)))) }}
{{- /* config.ingestionPods.automountSAToken, config.ingestionPods.autoMountSAToken, config.ingestionPods.serviceAccount.automount */}}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods: the pods mount no token of their account, and so read no Secret, where config.secretsManager says that the secrets lie. Take automount: false and automountSAToken: false out, or keep the secrets in another store.\n" "" (not (not (and (or (eq (toJson ($.Values.config).secretsManager) (toJson "kubernetes")) (not ($.Values.config).secretsManager)) (or (regexMatch "^[fF][aA][lL][sS][eE]$" ((include "hybrid-runner.text" (ternary (($.Values.config).ingestionPods).automountSAToken (($.Values.config).ingestionPods).autoMountSAToken (not (not (and (not (kindIs "invalid" (($.Values.config).ingestionPods).automountSAToken)) (not (eq (toJson (($.Values.config).ingestionPods).automountSAToken) (toJson "")))))))))) (and (not (regexMatch "^[tT][rR][uU][eE]$" ((include "hybrid-runner.text" (ternary (($.Values.config).ingestionPods).automountSAToken (($.Values.config).ingestionPods).autoMountSAToken (not (not (and (not (kindIs "invalid" (($.Values.config).ingestionPods).automountSAToken)) (not (eq (toJson (($.Values.config).ingestionPods).automountSAToken) (toJson ""))))))))))) (not ((($.Values.config).ingestionPods).serviceAccount).automount)))))))) }}
{{- /* config.serverUrl */}}
{{- (include "hybrid-runner.text" (ternary "config.serverHost is still the example. Give the host of your Collate.\n" "" (not (not (and (eq (toJson ($.Values.config).serverHost) (toJson "my-cluster.getcollate.io")) (not ($.Values.config).serverUrl)))))) }}
{{- /* image.digest */}}
{{- (include "hybrid-runner.text" (ternary "image.tag is not this chart's version, though image.repository is its own. Take it out, unless you chose another version of this runner.\n" "" (not (not (and (eq (toJson ($.Values.image).repository) (toJson "ghcr.io/open-hybrid/hybrid-ingestion-runner")) ($.Values.image).tag (not ($.Values.image).digest) (not (eq (toJson (regexFind "^[^@]*" (include "hybrid-runner.text" ($.Values.image).tag))) (toJson (replace "+" "_" $.Chart.AppVersion))))))))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs sets SIMPLEK8S_PIPELINE_TYPE_CONFIGS, which the Argo executor does not read. Write ARGO_PIPELINE_TYPE_CONFIGS, or config.ingestionPods.additionalPipelineConfigs for either.\n" "" (not (not (and (include "hybrid-runner.is-argo" $) (include "hybrid-runner.has-name" (list $.Values.extraEnvs "SIMPLEK8S_PIPELINE_TYPE_CONFIGS"))))))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs sets ARGO_PIPELINE_TYPE_CONFIGS, which the Simple Kubernetes executor does not read. Write SIMPLEK8S_PIPELINE_TYPE_CONFIGS, or config.ingestionPods.additionalPipelineConfigs for either.\n" "" (not (not (and (not (include "hybrid-runner.is-argo" $)) (include "hybrid-runner.has-name" (list $.Values.extraEnvs "ARGO_PIPELINE_TYPE_CONFIGS"))))))) }}
{{- (include "hybrid-runner.text" (ternary "serviceAccount: the runner has the account \"default\", and so its rights belong to every pod of the namespace that names no account. Set serviceAccount.create to true, or name an account of its own in serviceAccount.name.\n" "" (eq (toJson (include "hybrid-runner.service-account" $)) (toJson "default")))) }}
{{- /* config.ingestionPods.namespace */}}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods.serviceAccount.name is \"default\", and so the rights of ingestion belong to every pod of the namespace that names no account. Name an account of its own.\n" "" (not (not (and (eq (toJson (include "hybrid-runner.ingestion-service-account" $)) (toJson "default")) (not (($.Values.config).ingestionPods).namespace)))))) }}
{{- /* ecrRegistryHelper.enabled */}}
{{- (include "hybrid-runner.text" (ternary "ecrRegistryHelper.serviceAccount: the pull secret is kept under the account \"default\", and so every pod of the namespace that names no account may change it. Set ecrRegistryHelper.serviceAccount.create to true, or name an account of its own.\n" "" (not (not (and ($.Values.ecrRegistryHelper).enabled (eq (toJson (include "hybrid-runner.ecr-service-account" $)) (toJson "default"))))))) }}
{{- /* serviceAccount.create */}}
{{- (include "hybrid-runner.text" (ternary "serviceAccount.automount is false: the runner has no token for the cluster's API. Set it to true, or mount one by volumes and volumeMounts.\n" "" (not (not (and ($.Values.serviceAccount).create (eq (toJson ($.Values.serviceAccount).automount) (toJson false)) (not $.Values.volumes)))))) }}
{{- (include "hybrid-runner.text" (ternary "prometheusRules.enabled without serviceMonitor.enabled: HybridAgentDown fires while the runner is well, unless something else has Prometheus scrape it. Set serviceMonitor.enabled to true.\n" "" (not (not (and ($.Values.prometheusRules).enabled (not ($.Values.serviceMonitor).enabled)))))) }}
{{- (include "hybrid-runner.text" (ternary "config.reconnectDelaySeconds counts as 60, the longest mean wait before the link is tried again. Write 60 or less.\n" "" (not (not (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" ($.Values.config).reconnectDelaySeconds) "60")))))) }}
{{- (include "hybrid-runner.text" (ternary "config.reconnectDelaySeconds counts as 0.1, the shortest mean wait before the link is tried again. Write 0.1 or more.\n" "" (not (not (include "hybrid-runner.more-quantity" (list "0.1" (include "hybrid-runner.text" ($.Values.config).reconnectDelaySeconds))))))) }}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods.extraEnvs: behind a comma in an item stands what could be a variable of its own. It belongs to the value of that item. Where it was meant as a variable, write it as an item.\n" "" (not (not (and (not (eq (toJson (($.Values.config).ingestionPods).extraEnvs) (toJson ((include "hybrid-runner.text" (($.Values.config).ingestionPods).extraEnvs))))) (regexMatch ",[ \\t]*[A-Z_][A-Z0-9_]*:([^/]|$)" (join "\u0000" ((($.Values.config).ingestionPods).extraEnvs | default (list))))))))) }}
{{- /* podDisruptionBudget.enabled */}}
{{- (include "hybrid-runner.text" (ternary "podDisruptionBudget.minAvailable with one replica: no node that the runner is on can be drained. Set replicaCount to 2.\n" "" (not (not (and ($.Values.podDisruptionBudget).enabled (eq (toJson (int64 (include "hybrid-runner.text" (ternary $.Values.replicaCount 1 (not (not (and (not (kindIs "invalid" $.Values.replicaCount)) (not (eq (toJson $.Values.replicaCount) (toJson "")))))))))) (toJson 1)) (and (not (kindIs "invalid" ($.Values.podDisruptionBudget).minAvailable)) (not (eq (toJson ($.Values.podDisruptionBudget).minAvailable) (toJson "")))) (not (regexMatch "^0+%?$" (include "hybrid-runner.text" ($.Values.podDisruptionBudget).minAvailable)))))))) }}
{{- /* podDisruptionBudget.enabled */}}
{{- (include "hybrid-runner.text" (ternary "podDisruptionBudget.minAvailable is all replicas: no node that a runner is on can be drained. Lower it, or raise replicaCount.\n" "" (not (not (and ($.Values.podDisruptionBudget).enabled (not (eq (toJson (int64 (include "hybrid-runner.text" (ternary $.Values.replicaCount 1 (not (not (and (not (kindIs "invalid" $.Values.replicaCount)) (not (eq (toJson $.Values.replicaCount) (toJson "")))))))))) (toJson 1))) (and (not (kindIs "invalid" ($.Values.podDisruptionBudget).minAvailable)) (not (eq (toJson ($.Values.podDisruptionBudget).minAvailable) (toJson "")))) (not (regexMatch "^0+%?$" (include "hybrid-runner.text" ($.Values.podDisruptionBudget).minAvailable))) (or (and (regexMatch "^[0-9]+$" (include "hybrid-runner.text" ($.Values.podDisruptionBudget).minAvailable)) (not (include "hybrid-runner.more-quantity" (list (include "hybrid-runner.text" (int64 (include "hybrid-runner.text" (ternary $.Values.replicaCount 1 (not (not (and (not (kindIs "invalid" $.Values.replicaCount)) (not (eq (toJson $.Values.replicaCount) (toJson "")))))))))) (include "hybrid-runner.text" ($.Values.podDisruptionBudget).minAvailable))))) (eq (toJson ($.Values.podDisruptionBudget).minAvailable) (toJson "100%")))))))) }}
{{- /* podDisruptionBudget.enabled, podDisruptionBudget.minAvailable */}}
{{- (include "hybrid-runner.text" (ternary "podDisruptionBudget.maxUnavailable is zero: no node that a runner is on can be drained. Set it to 1.\n" "" (not (not (and ($.Values.podDisruptionBudget).enabled (not (and (not (kindIs "invalid" ($.Values.podDisruptionBudget).minAvailable)) (not (eq (toJson ($.Values.podDisruptionBudget).minAvailable) (toJson ""))))) (regexMatch "^0+%?$" (include "hybrid-runner.text" ($.Values.podDisruptionBudget).maxUnavailable))))))) }}
{{- /* podDisruptionBudget.enabled, podDisruptionBudget.minAvailable, podDisruptionBudget.maxUnavailable */}}
{{- (include "hybrid-runner.text" (ternary "podDisruptionBudget has neither minAvailable nor maxUnavailable: one runner may go at a time, as with maxUnavailable: 1. Write one of the two.\n" "" (not (not (and ($.Values.podDisruptionBudget).enabled (not (and (not (kindIs "invalid" ($.Values.podDisruptionBudget).minAvailable)) (not (eq (toJson ($.Values.podDisruptionBudget).minAvailable) (toJson ""))))) (not (and (not (kindIs "invalid" ($.Values.podDisruptionBudget).maxUnavailable)) (not (eq (toJson ($.Values.podDisruptionBudget).maxUnavailable) (toJson "")))))))))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs[INGESTION_NAMESPACE] is not what config.ingestionPods.namespace says, by which the chart makes accounts and rights. Take it out, and write it there.\n" "" (not (not (and (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "INGESTION_NAMESPACE")) (not (contains "$(" (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "INGESTION_NAMESPACE")))) (not (eq (toJson (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "INGESTION_NAMESPACE"))) (toJson (include "hybrid-runner.ingestion-namespace" $))))))))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs[INGESTION_SERVICE_ACCOUNT_NAME] is not what config.ingestionPods.serviceAccount.name says, by which the chart makes accounts and rights. Take it out, and write it there.\n" "" (not (not (and (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "INGESTION_SERVICE_ACCOUNT_NAME")) (not (contains "$(" (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "INGESTION_SERVICE_ACCOUNT_NAME")))) (not (eq (toJson (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "INGESTION_SERVICE_ACCOUNT_NAME"))) (toJson (include "hybrid-runner.ingestion-service-account" $))))))))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs[SECRETS_MANAGER] is not what config.secretsManager says, by which the chart makes accounts and rights. Take it out, and write it there.\n" "" (not (not (and (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "SECRETS_MANAGER")) (not (contains "$(" (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "SECRETS_MANAGER")))) (not (eq (toJson (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs "SECRETS_MANAGER"))) (toJson ((include "hybrid-runner.text" ($.Values.config).secretsManager)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.endpoint has no effect beside installArgoWorkflows: true, for the Argo of the release runs the pods. Take it out; or set installArgoWorkflows to false where another Argo runs them.\n" "" (not (not (and $.Values.installArgoWorkflows (($.Values.config).argoWorkflows).endpoint))))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.secondsAfterCompletionTTL has no effect without Argo: config.runTtlSeconds says how long an ended run stays. Take it out; to have Argo, set installArgoWorkflows to true, or name an Argo that is there in config.argoWorkflows.endpoint.\n" "" (not (not (and (not (include "hybrid-runner.is-argo" $)) (and (not (kindIs "invalid" (($.Values.config).argoWorkflows).secondsAfterCompletionTTL)) (not (eq (toJson (($.Values.config).argoWorkflows).secondsAfterCompletionTTL) (toJson ""))))))))) }}
{{- (include "hybrid-runner.text" (ternary "extraEnvs sets PIPELINE_SERVICE_CLIENT_ENDPOINT, which does not choose Argo here. Write config.argoWorkflows.endpoint.\n" "" (not (not (and (not (include "hybrid-runner.is-argo" $)) (include "hybrid-runner.has-name" (list $.Values.extraEnvs "PIPELINE_SERVICE_CLIENT_ENDPOINT"))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.fullnameOverride has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" ($.Values.argoWorkflows).fullnameOverride)) (not (eq (toJson ($.Values.argoWorkflows).fullnameOverride) (toJson "argo-workflows"))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.images.tag has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (($.Values.argoWorkflows).images).tag))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.images.pullSecrets has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).images).pullSecrets)) (not (eq (toJson (($.Values.argoWorkflows).images).pullSecrets) (toJson (list)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.crds.install has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).crds).install)) (not (eq (toJson (($.Values.argoWorkflows).crds).install) (toJson true))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.image has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (($.Values.argoWorkflows).controller).image))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.workflowDefaults has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).controller).workflowDefaults)) (not (eq (toJson (($.Values.argoWorkflows).controller).workflowDefaults) (toJson (dict)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.resources has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).controller).resources)) (not (eq (toJson (($.Values.argoWorkflows).controller).resources) (toJson (dict "requests" (dict "cpu" "100m" "memory" "128Mi") "limits" (dict "memory" "512Mi"))))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.nodeSelector has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).controller).nodeSelector)) (not (eq (toJson (($.Values.argoWorkflows).controller).nodeSelector) (toJson (dict)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.tolerations has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).controller).tolerations)) (not (eq (toJson (($.Values.argoWorkflows).controller).tolerations) (toJson (list)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.affinity has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).controller).affinity)) (not (eq (toJson (($.Values.argoWorkflows).controller).affinity) (toJson (dict)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.priorityClassName has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (($.Values.argoWorkflows).controller).priorityClassName))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.controller.livenessProbe has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (and (not (kindIs "invalid" (($.Values.argoWorkflows).controller).livenessProbe)) (not (eq (toJson (($.Values.argoWorkflows).controller).livenessProbe) (toJson (dict)))))))))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.executor.image has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.\n" "" (not (not (and (not $.Values.installArgoWorkflows) (($.Values.argoWorkflows).executor).image))))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (include "hybrid-runner.table-fields" (list (include "hybrid-runner.text" (($.Values.config).ingestionPods).additionalPipelineConfigs) "config.ingestionPods.additionalPipelineConfigs" (ternary (dict "tolerations" "is read by the Simple Kubernetes executor only and has no effect here; give toleration, the value of a taint named dedicated, or the tolerations of config.ingestionPods.customConfig.workflowParams") (dict "toleration" "is read by the Argo executor only and has no effect here; give tolerations, a list of Kubernetes tolerations" "affinity" "is read by the Argo executor only and has no effect here; use nodeSelector, or the affinity of config.ingestionPods.customConfig.workflowParams") (not (not (include "hybrid-runner.is-argo" $)))))) "\n") "" (not (not (and (not (include "hybrid-runner.has-name" (list $.Values.extraEnvs (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $))))))) (($.Values.config).ingestionPods).additionalPipelineConfigs (not (contains "$(" (include "hybrid-runner.text" (($.Values.config).ingestionPods).additionalPipelineConfigs))) (include "hybrid-runner.table-fields" (list (include "hybrid-runner.text" (($.Values.config).ingestionPods).additionalPipelineConfigs) "config.ingestionPods.additionalPipelineConfigs" (ternary (dict "tolerations" "is read by the Simple Kubernetes executor only and has no effect here; give toleration, the value of a taint named dedicated, or the tolerations of config.ingestionPods.customConfig.workflowParams") (dict "toleration" "is read by the Argo executor only and has no effect here; give tolerations, a list of Kubernetes tolerations" "affinity" "is read by the Argo executor only and has no effect here; use nodeSelector, or the affinity of config.ingestionPods.customConfig.workflowParams") (not (not (include "hybrid-runner.is-argo" $))))))))))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (include "hybrid-runner.table-fields" (list (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $)))))) (printf "%s%s%s" "extraEnvs[" (include "hybrid-runner.text" (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $))))) "]") (ternary (dict "tolerations" "is read by the Simple Kubernetes executor only and has no effect here; give toleration, the value of a taint named dedicated, or the tolerations of config.ingestionPods.customConfig.workflowParams") (dict "toleration" "is read by the Argo executor only and has no effect here; give tolerations, a list of Kubernetes tolerations" "affinity" "is read by the Argo executor only and has no effect here; use nodeSelector, or the affinity of config.ingestionPods.customConfig.workflowParams") (not (not (include "hybrid-runner.is-argo" $)))))) "\n") "" (not (not (and (include "hybrid-runner.has-name" (list $.Values.extraEnvs (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $)))))) (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $)))))) (not (contains "$(" (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $)))))))) (include "hybrid-runner.table-fields" (list (include "hybrid-runner.value-of-name" (list $.Values.extraEnvs (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $)))))) (printf "%s%s%s" "extraEnvs[" (include "hybrid-runner.text" (ternary "ARGO_PIPELINE_TYPE_CONFIGS" "SIMPLEK8S_PIPELINE_TYPE_CONFIGS" (not (not (include "hybrid-runner.is-argo" $))))) "]") (ternary (dict "tolerations" "is read by the Simple Kubernetes executor only and has no effect here; give toleration, the value of a taint named dedicated, or the tolerations of config.ingestionPods.customConfig.workflowParams") (dict "toleration" "is read by the Argo executor only and has no effect here; give tolerations, a list of Kubernetes tolerations" "affinity" "is read by the Argo executor only and has no effect here; use nodeSelector, or the affinity of config.ingestionPods.customConfig.workflowParams") (not (not (include "hybrid-runner.is-argo" $))))))))))) }}
{{- (include "hybrid-runner.text" (ternary "namespaceOverride: name the namespace of the ingestion pods in config.ingestionPods.namespace; the runner itself lives where the release is installed.\n" "" (not (not (and (not (kindIs "invalid" $.Values.namespaceOverride)) (not (eq (toJson $.Values.namespaceOverride) (toJson "")))))))) }}
{{- (include "hybrid-runner.text" (ternary "autoscaling has no effect: the runner does not scale; more replicas only stand by.\n" "" (not (not $.Values.autoscaling)))) }}
{{- (include "hybrid-runner.text" (ternary "config.serverUrl: write the host alone into config.serverHost, which goes first.\n" "" (not (not (and (not (kindIs "invalid" ($.Values.config).serverUrl)) (not (eq (toJson ($.Values.config).serverUrl) (toJson "")))))))) }}
{{- (include "hybrid-runner.text" (ternary "config.serverHostApiUrl: write the host alone into config.serverHost, which goes first.\n" "" (not (not (and (not (kindIs "invalid" ($.Values.config).serverHostApiUrl)) (not (eq (toJson ($.Values.config).serverHostApiUrl) (toJson "")))))))) }}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods.serviceAccountName has no effect: give config.ingestionPods.serviceAccount.name.\n" "" (not (not (($.Values.config).ingestionPods).serviceAccountName)))) }}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods.autoMountSAToken: write config.ingestionPods.automountSAToken; both are read.\n" "" (not (not (and (not (kindIs "invalid" (($.Values.config).ingestionPods).autoMountSAToken)) (not (eq (toJson (($.Values.config).ingestionPods).autoMountSAToken) (toJson "")))))))) }}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods.customerToleration has no effect: give tolerations by pipeline type in config.ingestionPods.additionalPipelineConfigs.\n" "" (not (not (($.Values.config).ingestionPods).customerToleration)))) }}
{{- (include "hybrid-runner.text" (ternary "config.ingestionPods.baseImage has no effect: give config.ingestionPods.repository and tag.\n" "" (not (not (($.Values.config).ingestionPods).baseImage)))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.enabled has no effect: installArgoWorkflows and config.argoWorkflows.endpoint select Argo.\n" "" (not (not (($.Values.config).argoWorkflows).enabled)))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.backoffTime has no effect: runs are watched, so there is no pause between two looks.\n" "" (not (not (($.Values.config).argoWorkflows).backoffTime)))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.backOffTime has no effect: runs are watched, so there is no pause between two looks.\n" "" (not (not (($.Values.config).argoWorkflows).backOffTime)))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.certificatePath has no effect: no Argo server is asked, so there is no certificate to check.\n" "" (not (not (($.Values.config).argoWorkflows).certificatePath)))) }}
{{- (include "hybrid-runner.text" (ternary "config.argoWorkflows.argoToken has no effect: Workflows go to the cluster's own API under the runner's own account.\n" "" (not (not (($.Values.config).argoWorkflows).argoToken)))) }}
{{- (include "hybrid-runner.text" (ternary "ecrRegistryHelper.image has no effect: the runner's own image does this work.\n" "" (not (not ($.Values.ecrRegistryHelper).image)))) }}
{{- (include "hybrid-runner.text" (ternary "ecrRegistryHelper.collateCredentials.values.account has no effect: the account is part of ecrRegistryHelper.registry.\n" "" (not (not (and ((($.Values.ecrRegistryHelper).collateCredentials).values).account (not (eq (toJson ((($.Values.ecrRegistryHelper).collateCredentials).values).account) (toJson "118146679784")))))))) }}
{{- (include "hybrid-runner.text" (ternary "createArgoWorkflowsNamespace has no effect: Argo is installed into the namespace of the ingestion pods, which is there before the release; make it by hand, or with --create-namespace where it is the one of the release.\n" "" (not (not $.Values.createArgoWorkflowsNamespace)))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.enabled has no effect: write installArgoWorkflows.\n" "" (not (not ($.Values.argoWorkflows).enabled)))) }}
{{- (include "hybrid-runner.text" (ternary "argoWorkflows.namespaceOverride has no effect: Argo is installed into the namespace of the ingestion pods: write config.ingestionPods.namespace.\n" "" (not (not ($.Values.argoWorkflows).namespaceOverride)))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (printf "%s%s%s" "argoWorkflows: these belong to a sub-chart that this chart does not bring, and have no effect: " (join ", " ((keys ((omit ($.Values.argoWorkflows | default (dict)) "enabled" "fullnameOverride" "namespaceOverride" "images" "crds" "controller" "executor") | default (dict)) | sortAlpha) | default (list))) ". Those that have one: fullnameOverride, images, crds, controller, executor.") "\n") "" (not (not (omit ($.Values.argoWorkflows | default (dict)) "enabled" "fullnameOverride" "namespaceOverride" "images" "crds" "controller" "executor"))))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (printf "%s%s%s" "argoWorkflows.images: these belong to a sub-chart that this chart does not bring, and have no effect: " (join ", " ((keys ((omit (($.Values.argoWorkflows).images | default (dict)) "tag" "pullSecrets") | default (dict)) | sortAlpha) | default (list))) ". Those that have one: tag, pullSecrets.") "\n") "" (not (not (omit (($.Values.argoWorkflows).images | default (dict)) "tag" "pullSecrets"))))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (printf "%s%s%s" "argoWorkflows.crds: these belong to a sub-chart that this chart does not bring, and have no effect: " (join ", " ((keys ((omit (($.Values.argoWorkflows).crds | default (dict)) "install") | default (dict)) | sortAlpha) | default (list))) ". Those that have one: install.") "\n") "" (not (not (omit (($.Values.argoWorkflows).crds | default (dict)) "install"))))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (printf "%s%s%s" "argoWorkflows.controller: these belong to a sub-chart that this chart does not bring, and have no effect: " (join ", " ((keys ((omit (($.Values.argoWorkflows).controller | default (dict)) "image" "workflowDefaults" "resources" "nodeSelector" "tolerations" "affinity" "priorityClassName" "livenessProbe") | default (dict)) | sortAlpha) | default (list))) ". Those that have one: image, workflowDefaults, resources, nodeSelector, tolerations, affinity, priorityClassName, livenessProbe.") "\n") "" (not (not (omit (($.Values.argoWorkflows).controller | default (dict)) "image" "workflowDefaults" "resources" "nodeSelector" "tolerations" "affinity" "priorityClassName" "livenessProbe"))))) }}
{{- (include "hybrid-runner.text" (ternary (printf "%s%s" (printf "%s%s%s" "argoWorkflows.executor: these belong to a sub-chart that this chart does not bring, and have no effect: " (join ", " ((keys ((omit (($.Values.argoWorkflows).executor | default (dict)) "image") | default (dict)) | sortAlpha) | default (list))) ". Those that have one: image.") "\n") "" (not (not (omit (($.Values.argoWorkflows).executor | default (dict)) "image"))))) }}
{{- end -}}
