import { always, type FailureCause } from '../failure-cause.ts'

/** Who said no: admission when the pod was created, or the node that was to run it. */
export const REJECTED_CAUSES: readonly FailureCause[] = [
  {
    cause: 'webhookDown',
    pattern: /failed calling webhook/,
    meaning: 'An admission webhook does not answer. The runner tries again by itself.',
    example: 'Internal error occurred: failed calling webhook "validate.kyverno.svc": failed to call webhook: connection refused',
    remedy: (_run, message) => `The webhook${quoted(/webhook "([^"]+)"/, message)} does not answer. Bring it back; the run starts then by itself.`,
  },
  {
    cause: 'webhook',
    pattern: /admission webhook/,
    meaning: 'An admission webhook (Gatekeeper, Kyverno, ...) denies the pod.',
    example: 'admission webhook "validation.gatekeeper.sh" denied the request: [require-team-label] you must provide labels: {"team"}',
    remedy: (_run, message) =>
      `The admission webhook${quoted(/webhook "([^"]+)"/, message)} denies the pods of runs. Give them what it asks for with config.ingestionPods.customConfig (labels, annotations, security context), or exempt the namespace.`,
  },
  {
    cause: 'admissionPolicy',
    pattern: /ValidatingAdmissionPolicy/,
    meaning: 'A ValidatingAdmissionPolicy of the cluster denies the pod.',
    example:
      "pods \"run-...\" is forbidden: ValidatingAdmissionPolicy 'limits-needed' with binding 'limits-needed-binding' denied request: failed expression: ...",
    remedy: (_run, message) =>
      `The policy${quoted(/ValidatingAdmissionPolicy '([^']+)'/, message)} denies the pods of runs. Give them what it asks for with config.ingestionPods.customConfig, or exempt the namespace in its binding.`,
  },
  {
    cause: 'podSecurity',
    pattern: /violates PodSecurity/,
    meaning: 'The pod breaks the Pod Security Standard of its namespace.',
    example: 'pods "run-..." is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "agent" must set ...)',
    remedy: (_run, message) =>
      `The namespace enforces the Pod Security Standard${quoted(/PodSecurity "([^"]+)"/, message)}. The runner's own pods keep to "restricted": look at what customConfig or a webhook adds to them, which the message names.`,
  },
  {
    cause: 'limitRange',
    pattern: /(maximum|minimum) \S+ usage per|limit to request ratio/,
    meaning: 'The pod asks for more or less than the LimitRange of its namespace allows.',
    example: 'pods "run-..." is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi',
    remedy: (run) =>
      `The LimitRange of the namespace forbids these resources. Set others for ${run.pipelineType} pods, or change it (kubectl describe limitrange).`,
  },
  {
    cause: 'quota',
    pattern: /exceeded quota|must specify \S+ for/,
    meaning: 'The quota of the namespace leaves no room, or asks for requests and limits that the pod does not have.',
    example: 'pods "run-..." is forbidden: failed quota: team-a: must specify limits.ephemeral-storage for: main',
    remedy: always(
      'The quota of the namespace forbids the pod. Give it the requests and limits that the message names, or change the quota (kubectl describe quota).',
    ),
  },
  {
    cause: 'right',
    pattern: / cannot [a-z]+ resource /,
    meaning: "The runner's account may not do this. While the API server starts, everybody is told so.",
    example: 'pods is forbidden: User "system:serviceaccount:collate:runner" cannot create resource "pods" in API group "" in the namespace "ingestion"',
    remedy: always("The runner's account lacks this right. While the API server starts this passes by itself; else put the right back into the runner's Role."),
  },
  {
    cause: 'priorityClass',
    pattern: /PriorityClass/,
    meaning: 'The priority class that the policy names is not in the cluster.',
    example: 'pods "run-..." is forbidden: no PriorityClass with name ingestion was found',
    remedy: (_run, message) =>
      `The cluster has no PriorityClass ${/with name (\S+)/.exec(message)?.[1] ?? 'of that name'}. Create it, or correct priorityClass in the table by pipeline type.`,
  },
  {
    cause: 'serviceAccount',
    pattern: /service ?account/i,
    meaning: 'The service account of the pods is not there.',
    example: 'pods "run-..." is forbidden: error looking up service account ingestion/ingestion: serviceaccount "ingestion" not found',
    remedy: always('The service account of the pods is not there. Create it in their namespace, or set config.ingestionPods.serviceAccount.'),
  },
  {
    cause: 'node',
    pattern: /^(OutOf|NodeAffinity|UnexpectedAdmissionError|Taint|NodePorts|TopologyAffinity|Pod ?Sandbox)/,
    meaning: 'The node that the scheduler chose refuses the pod, say because its room was gone a moment later.',
    example: "OutOfcpu: Node didn't have enough resource: cpu, requested: 500, used: 1800, capacity: 2000",
    remedy: always('The node no longer fitted when the pod came. Run the pipeline again.'),
  },
  {
    cause: 'invalid',
    pattern: /is invalid|strict decoding|unknown field/,
    meaning: 'The API server does not take the pod as it is written.',
    example: 'Pod "run-..." is invalid: spec.containers[0].volumeMounts[1].name: Not found: "drivers"',
    remedy: always('A field of the pod is not valid. Correct it in config.ingestionPods.customConfig; hybrid-runner diff shows the refusal without a run.'),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The cluster refuses the pod for another reason.',
    example: 'pods "run-..." is forbidden: unable to validate against any security context constraint',
    remedy: always('The cluster refuses the pod. Mend what its message names.'),
  },
]

function quoted(pattern: RegExp, message: string): string {
  const name = pattern.exec(message)?.[1]
  return name === undefined ? '' : ` "${name}"`
}
