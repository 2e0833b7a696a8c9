import { z } from 'zod'
import { environment, field, flag, free, freeList, section, stringMap, text, whole, without } from './field.ts'

/** Pull credentials of the vendor's registry. */
export const ecrValues = section("Keeps the pull secret `omd-registry-credentials` for the vendor's registry, where ingestion images come from it.", {
  enabled: field(flag, 'Whether it does.', { default: true }),
  schedule: field(text.min(1), 'When it is renewed; a token lives for twelve hours.', { default: '0 0/6 * * *' }),
  region: field(text.min(1), 'Region of the registry.', { default: 'eu-west-1' }),
  registry: field(text.min(1), 'Host of the registry.', { default: '118146679784.dkr.ecr.eu-west-1.amazonaws.com' }),
  endpoint: field(text, "Address of a private endpoint of ECR's API, in place of the region's own.", {
    example: 'https://vpce-0123.api.ecr.eu-west-1.vpce.amazonaws.com',
  }),
  extraEnvs: field(environment, 'Further variables of its pods, such as AWS_ENDPOINT_URL_STS, or a proxy with a password by `valueFrom`.', { default: [] }),
  image: without("the runner's own image does this work", free),
  serviceAccount: section('Its service account.', {
    create: field(flag, 'Whether the chart makes it. Its Role and RoleBinding are made either way.', { default: true }),
    name: field(text.min(1), 'Its name; a second release in a namespace needs another one. Before an install, `<name>-hook` does the same.', {
      default: 'omd-pull-secret-refresh',
    }),
    annotations: field(stringMap, 'Its annotations, such as the role of AWS that it takes on where no key is given.', { default: {} }),
  }),
  resources: field(free, 'Its resources.', { default: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '100m', memory: '128Mi' } } }),
  ttlSecondsAfterFinished: field(whole, 'How long an ended Job stays.', { example: 300 }),
  backoffLimit: field(whole, 'How often a failed Job is tried again.', { example: 1 }),
  collateCredentials: section('The AWS key that Collate provides.', {
    secretRef: field(text, 'A Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which is there before the install.', { default: '' }),
    values: section('Or the key itself, which is put into a Secret.', {
      accessKeyId: field(text, 'Access key id.', { default: '' }),
      secretAccessKey: field(text, 'Secret access key.', { default: '' }),
      account: field(z.union([text, whole]), 'Account of the registry.', {
        default: '118146679784',
        mend: 'the account is part of ecrRegistryHelper.registry',
        isDead: true,
      }),
    }),
  }),
})

export const monitoringValues = {
  serviceMonitor: section('Has Prometheus scrape the runner.', {
    enabled: field(flag, 'Whether it does.', { default: false }),
    interval: field(text, 'How often.', { default: '30s' }),
    annotations: field(stringMap, 'Annotations.', { default: {} }),
    labels: field(stringMap, 'Labels, by which Prometheus finds it.', { default: {} }),
  }),
  prometheusRules: section('Alerts.', {
    enabled: field(flag, 'Whether there are any.', { default: false }),
    extraRules: field(freeList, 'Further groups of rules.', { default: [] }),
  }),
  grafanaDashboard: section('A dashboard for the Grafana operator.', {
    enabled: field(flag, 'Whether there is one.', { default: false }),
    namespace: field(text, "Its namespace; none is the release's."),
    folderName: field(text, 'Its folder.', { default: 'Hybrid Ingestion Runner' }),
    instanceSelector: field(free, 'Which Grafana shows it.', { default: { matchLabels: { dashboards: 'grafana' } } }),
    labels: field(stringMap, 'Labels.', { default: {} }),
    annotations: field(stringMap, 'Annotations.', { default: {} }),
    allowCrossNamespaceImport: field(flag, 'A Grafana of another namespace may show it.', { default: true }),
    plugins: field(freeList, 'Plugins it needs.', { default: [] }),
    datasources: field(freeList, 'Its data sources.', { default: [] }),
  }),
}

/** Argo Workflows as this chart installs it. Of the sub-chart that the vendor's chart brings, these values count; others are told of. */
export const argoValues = {
  installArgoWorkflows: field(flag, "Installs Argo's controller and runs ingestion as Workflows.", { default: false }),
  createArgoWorkflowsNamespace: without('Argo is installed into the namespace of the release', flag),
  argoWorkflows: z
    .looseObject({
      fullnameOverride: field(text, "Name of the controller's objects.", { default: 'argo-workflows' }),
      crds: z
        .looseObject({
          install: field(flag, 'Installs the resource definitions. They stay when the release goes.', { default: true }),
        })
        .nullish()
        .meta({ description: "Argo's resource definitions." }),
      controller: z
        .looseObject({
          image: field(free, 'Image of the controller: registry, repository, tag.'),
          workflowDefaults: field(free, 'Fields that every Workflow of this controller has.', { default: {} }),
          resources: field(free, 'Its resources.', { default: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } } }),
          nodeSelector: field(stringMap, 'Its nodes.', { default: {} }),
          tolerations: field(freeList, 'Its tolerations.', { default: [] }),
        })
        .nullish()
        .meta({ description: "Argo's controller." }),
    })
    .nullish()
    .meta({ description: 'Argo Workflows, where `installArgoWorkflows` is true.' }),
}

export const networkPolicyValues = section('Limits what the runner may reach. Enforced where the network of the cluster knows policies.', {
  enabled: field(flag, 'Whether it does.', { default: false }),
  collateCidrs: field(z.array(text), 'Addresses of Collate, port 443.', { default: ['0.0.0.0/0'] }),
  apiServerCidrs: field(z.array(text), "Addresses of the cluster's API server.", { default: ['0.0.0.0/0'] }),
  apiServerPorts: field(z.array(whole), "Ports of the cluster's API server.", { default: [443, 6443] }),
})
