import { z } from 'zod'
import { environment, field, flag, free, freeList, names, quotedPort, quotedWhole, resources, section, stringMap, text, whole, without, word } from './field.ts'

/** Where releases of this project lie. */
export const OWN_REPOSITORY = 'ghcr.io/open-hybrid/hybrid-ingestion-runner'

/** A section that no release is without. */
const NEEDED = { isNeeded: true }

/** The runner's own deployment. Paths and defaults are those of the vendor's chart where it has them. */
export const runnerValues = {
  replicaCount: field(quotedWhole, 'Runners. One holds the link to Collate; a second one stands by and takes over within seconds.', {
    default: 1,
    rule: 'number',
  }),
  image: section(
    'Image of the runner.',
    {
      repository: field(text, 'Repository of the image.', { isNeeded: true, default: OWN_REPOSITORY, rule: 'repository' }),
      tag: field(word, "Tag of the image; empty takes the chart's own version.", { default: '', rule: 'tag' }),
      digest: field(text, 'Digest of the image, `sha256:...`; wins over the tag.', { default: '', rule: 'digest' }),
      pullPolicy: field(z.enum(['Always', 'IfNotPresent', 'Never']), 'When the image is pulled.', { default: 'IfNotPresent' }),
    },
    NEEDED,
  ),
  imagePullSecrets: field(names, 'Pull secrets of the runner. None, with the ECR helper on: the secret that it keeps.', { default: [] }),
  nameOverride: field(text, "In place of the chart's name, in names and labels.", { rule: 'label' }),
  fullnameOverride: field(text, 'Name of the objects of this release.', { rule: 'service' }),
  namespaceOverride: field(text, 'Namespace of the ingestion pods where `config.ingestionPods.namespace` names none.', {
    mend: 'name the namespace of the ingestion pods in config.ingestionPods.namespace; the runner itself lives where the release is installed',
    rule: 'label',
  }),
  commonLabels: field(stringMap, 'Labels of every object.', { default: {}, rule: 'labels' }),
  deploymentAnnotations: field(stringMap, 'Annotations of the Deployment.', { default: {} }),
  podAnnotations: field(stringMap, "Annotations of the chart's own pods.", { default: {} }),
  podLabels: field(stringMap, "Labels of the runner's pods.", { default: {}, rule: 'labels' }),
  service: section(
    'Service of the runner, for probes and metrics.',
    {
      type: field(z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']), 'Type of the Service.', { default: 'ClusterIP' }),
      port: field(quotedPort, 'Port of health.', { isNeeded: true, default: 8585, rule: 'port' }),
      metricsPort: field(quotedPort, 'Port of the metrics.', { isNeeded: true, default: 8989, rule: 'port' }),
    },
    NEEDED,
  ),
  metricsServerConfiguration: section('Where the runner serves its metrics.', {
    port: field(quotedPort, 'Port in the pod.', { default: 8989, rule: 'port' }),
    path: field(text, 'Path.', { default: '/metrics', rule: 'path' }),
  }),
  serviceAccount: section(
    'Service account of the runner.',
    {
      create: field(flag, 'Whether the chart makes it. Its Role and RoleBinding are made either way.', { isNeeded: true, default: true }),
      name: field(text, "Its name; else the release's own name, or `default` where none is made.", { rule: 'name' }),
      annotations: field(stringMap, 'Its annotations.', { default: {} }),
      automount: field(flag, "Whether its token is mounted. The runner needs it to speak with the cluster's API.", { default: true }),
    },
    NEEDED,
  ),
  extraEnvs: field(environment, "Variables of the runner. One of the chart's own names takes the place of what the chart would set.", { default: [] }),
  envFrom: field(freeList, 'Sources of variables of the runner.', { default: [] }),
  volumes: field(freeList, "Volumes of the runner's pod.", { default: [] }),
  volumeMounts: field(freeList, 'Mounts of the runner.', { default: [] }),
  resources: field(resources, 'Resources of the runner. Of a request and a limit that contradict each other, the one that is a default gives way.', {
    default: { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '384Mi' } },
  }),
  livenessProbe: field(free, 'In place of the liveness probe, which asks whether the runner makes progress.'),
  readinessProbe: field(free, "In place of the readiness probe, which asks whether the cluster's state is known."),
  podSecurityContext: field(free, "Security context of the runner's pod.", {
    default: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
  }),
  securityContext: field(free, 'Security context of the container.', {
    default: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  }),
  nodeSelector: field(stringMap, "Nodes of the chart's own pods.", { default: {}, rule: 'labels' }),
  tolerations: field(freeList, "Tolerations of the chart's own pods.", { default: [] }),
  affinity: field(free, "Affinity of the chart's own pods.", { default: {} }),
  topologySpreadConstraints: field(freeList, 'Spread of the replicas; none spreads them over nodes where it can.', { default: [] }),
  priorityClassName: field(text, 'Priority of the runner.', { rule: 'name' }),
  terminationGracePeriodSeconds: field(whole, 'How long the runner may take to finish the requests in hand.', { default: 30 }),
  openshift: section('OpenShift.', {
    enabled: field(
      flag,
      'Leaves out fixed user and group ids, which OpenShift gives to each namespace, and has the network policy open the port of its DNS pods, 5353.',
      { default: false },
    ),
  }),
  podDisruptionBudget: section('How many runners a drain may take away at once.', {
    enabled: field(flag, 'Whether there is a budget. With one replica it only says that the runner may be moved.', { default: false }),
    annotations: field(stringMap, 'Its annotations.', { default: {} }),
    minAvailable: field(z.union([whole, text]), 'Runners that stay. Takes the place of maxUnavailable.', { rule: 'share' }),
    maxUnavailable: field(z.union([whole, text]), 'Runners that may go.', { default: 1, rule: 'share' }),
  }),
  autoscaling: without('the runner does not scale; more replicas only stand by', free),
}
