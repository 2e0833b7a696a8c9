import { always, type FailedRun, type FailureCause, type Taint } from '../failure-cause.ts'
import { halved } from '../scaled-quantity.ts'
import { ingestionPodsLines, missingEntry, pipelineTypeLines, tolerationChange, tolerationOf } from '../values-lines.ts'

/** The reasons of the scheduler's own plugins (kubernetes/pkg/scheduler/framework/plugins). A message may hold several. */
export const UNSCHEDULABLE_CAUSES: readonly FailureCause[] = [
  {
    cause: 'taint',
    // Taints of Kubernetes' own (control plane, not ready, ...) are named up to 1.34, and are nobody's to tolerate.
    pattern: /untolerated taint(?! \{node(?:-role)?\.kubernetes\.io\/)|taints that the pod didn't tolerate/,
    meaning: 'The nodes that would fit have a taint that the pod does not tolerate. Kubernetes names it up to 1.34; from 1.35 on `hybrid-runner explain` does.',
    example: 'Unschedulable: 0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: ingestion}. preemption: 0/3 nodes are available',
    remedy: taintRemedy,
  },
  {
    cause: 'resources',
    pattern: /Insufficient [\w./-]*\w|Too many pods/,
    meaning: 'No node has enough free CPU, memory or whatever else the pod requests.',
    example: 'Unschedulable: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
    remedy: resourcesRemedy,
  },
  {
    cause: 'affinity',
    pattern: /didn't match Pod's node affinity\/selector|anti-affinity rules|pod affinity rules|topology spread constraints/,
    meaning: 'No node has the labels that nodeSelector or affinity ask for.',
    example: "Unschedulable: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    remedy: (run) =>
      [`No node matches the nodeSelector or affinity of ${run.pipelineType} pods.`, missingEntry(run), 'Compare with: kubectl get nodes --show-labels']
        .filter(Boolean)
        .join('\n'),
  },
  {
    cause: 'volume',
    pattern: /persistent ?volume|volume (node affinity|zone|count)|pvc\(s\)|free storage/i,
    meaning: 'A volume of the pod cannot be had on any node.',
    example: 'Unschedulable: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
    remedy: always('A volume of the pod cannot be had on any node. Look at its claim: kubectl get pvc,pv'),
  },
  {
    cause: 'quota',
    pattern: /exceeded quota|status unknown for quota/,
    meaning: 'The quota of the namespace leaves no room for the pod, or Kubernetes has not counted yet what it limits. It starts by itself when there is room.',
    example: 'pods "run-..." is forbidden: exceeded quota: team-a, requested: pods=1, used: pods=10, limited: pods=10',
    remedy: quotaRemedy,
  },
  {
    cause: 'noController',
    pattern: /no workflow controller has taken up/,
    meaning: 'No controller of Argo has taken up the Workflow.',
    example: 'Argo: no workflow controller has taken up Workflow run-... within 30 s',
    remedy: always(
      'Nobody runs the Workflow. See that the workflow-controller runs (kubectl get pods -A | grep workflow-controller), that it watches this namespace (--namespaced, --managed-namespace), and that it asks for no instance id (instanceID in its ConfigMap): Workflows of the runner carry none.',
    ),
  },
  {
    cause: 'postponed',
    pattern: /^Argo: /,
    meaning: 'Argo holds the Workflow back.',
    example: 'Argo: Workflow processing has been postponed because too many workflows are already running',
    remedy: always(
      'Argo holds the Workflow back, in its own words above: look at its limits (parallelism, namespaceParallelism) and locks (synchronization) in the ConfigMap of its controller.',
    ),
  },
  {
    cause: 'gated',
    pattern: /SchedulingGated|scheduling gates/,
    meaning: 'Somebody, such as a queueing system, holds the pod back with a scheduling gate.',
    example: 'SchedulingGated: Scheduling is blocked due to non-empty scheduling gates',
    remedy: always('A scheduling gate holds the pod back. Look at spec.schedulingGates of the pod, and at the controller that has put it there.'),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The scheduler has another reason.',
    example: 'Unschedulable: 0/1 nodes are available: 1 node(s) were unschedulable.',
    remedy: always('No node takes the pod; the words above are the scheduler’s own. Cordoned nodes are shown by: kubectl get nodes'),
  },
]

/** ` name`, or nothing when the message names none. */
function named(pattern: RegExp, message: string): string {
  const name = pattern.exec(message)?.[1]
  return name === undefined ? '' : ` ${name}`
}

function quotaRemedy(_run: FailedRun, message: string): string {
  if (message.includes('status unknown for quota'))
    return `Kubernetes has not counted yet what the quota${named(/for quota: ([^,\s]+)/, message)} of the namespace limits; the run starts by itself when it has. If that lasts, the quota names what the cluster does not have (kubectl describe quota).`
  return `The quota${named(/exceeded quota: ([^,\s]+)/, message)} of the namespace is used up. Raise it (kubectl describe quota), or let fewer runs be active at once (MAX_ACTIVE_RUNS).`
}

const SHOW_TAINTS = 'kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'

function taintRemedy(run: FailedRun, message: string): string {
  const seen = run.nodeTaints ?? taintsIn(message)
  const taints = seen.length === 0 ? [{ key: '<key of the taint>', value: '<its value>', effect: 'NoSchedule' }] : seen
  const which =
    seen.length === 0
      ? `Every node that fits has a taint. hybrid-runner explain names it; or see: ${SHOW_TAINTS}`
      : `The nodes have the ${seen.length === 1 ? 'taint' : 'taints'} ${seen.map(taintText).join(', ')}.`
  const change = tolerationChange(run, taints)
  const lines = change === undefined ? workflowTolerationLines(taints) : pipelineTypeLines(run, change)
  return [which, missingEntry(run), 'Let the pods tolerate it, in values.yaml:', lines].filter(Boolean).join('\n')
}

/** The taints that the message names, each once. */
function taintsIn(message: string): Taint[] {
  const found = [...message.matchAll(/untolerated taint \{(?!node(?:-role)?\.kubernetes\.io\/)([^:}]+): ?([^}]*)\}/g)].map(([, key = '', value = '']) => ({
    key,
    value,
    effect: '',
  }))
  return [...new Map(found.map((taint) => [taintText(taint), taint])).values()]
}

function taintText({ key, value, effect }: Taint): string {
  return `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`
}

/** Argo's table takes one word; full tolerations go through the workflow's own parameters. */
function workflowTolerationLines(taints: readonly Taint[]): string {
  const items = taints.flatMap((taint) =>
    Object.entries(tolerationOf(taint)).map(([field, value], index) => `${index === 0 ? '      - ' : '        '}${field}: ${JSON.stringify(value)}`),
  )
  return ingestionPodsLines(['customConfig:', '  enabled: true', '  workflowParams:', '    tolerations:', ...items])
}

function resourcesRemedy(run: FailedRun, message: string): string {
  const found = [...message.matchAll(/Insufficient ([\w./-]*\w)/g)].map(([, resource = '']) => resource)
  const resources = [...new Set(found)]
  if (resources.length === 0) return 'The nodes have as many pods as they take. Add nodes, or let fewer runs be active at once (MAX_ACTIVE_RUNS).'
  const { requests, limits } = run.resources
  const asked = resources.map((resource) => ({ resource, amount: requests[resource] ?? limits[resource] }))
  const words = asked.map(({ resource, amount }) => `${resource}${amount === undefined ? '' : ` (the pod asks for ${amount})`}`)
  const less = Object.fromEntries(asked.map(({ resource, amount }) => [resource, amount === undefined ? '<less>' : halved(amount)]))
  return [
    `No node has enough free ${words.join(' and ')}.`,
    missingEntry(run),
    `Add nodes, or ask for less, for example half as much:\n${pipelineTypeLines(run, { resources: { requests: less } })}`,
  ]
    .filter(Boolean)
    .join('\n')
}
