import { always, type FailedRun, type FailureCause } from '../failure-cause.ts'
import { doubled } from '../scaled-quantity.ts'
import { ingestionPodsLines, pipelineTypeLines } from '../values-lines.ts'

export const OOM_CAUSES: readonly FailureCause[] = [
  {
    cause: 'program',
    pattern: /container main /,
    meaning: 'The program used more memory than its limit, and the kernel killed it.',
    example: 'container main was killed for using more memory than its limit of 4096Mi (exit code 137)',
    remedy: oomRemedy,
  },
  {
    cause: 'secretsCheck',
    pattern: /container secrets /,
    meaning: 'The init container `secrets`, which looks at the references of the run, used more memory than its limit, so that the program never ran.',
    example: 'container secrets was killed for using more memory than its limit of 256Mi (exit code 137)',
    remedy: checkRemedy,
  },
  {
    cause: 'otherContainer',
    pattern: /^/,
    meaning: 'A container that was put beside the program used more memory than its limit.',
    example: 'container wait was killed for using more memory than its limit of 64Mi (exit code 137)',
    remedy: always('The container is not the one of the pipeline. Raise its limit where it comes from: a webhook of the cluster, or customConfig.'),
  },
]

/** The container is the runner's own, and its limit the same for every type. */
function checkRemedy(_run: FailedRun, message: string): string {
  const now = /limit of (\S+)/.exec(message)?.[1]
  const container = ['- name: secrets', '  resources:', '    limits:', `      memory: ${now === undefined ? '<more>' : doubled(now)}`]
  const patch = ['workflowParams:', '  podSpecPatch:', '    initContainers:', ...container.map((line) => `      ${line}`)]
  const lines = ingestionPodsLines(['customConfig:', '  enabled: true', ...patch.map((line) => `  ${line}`)])
  return `The check of secrets before the run (config.secretsCheck) ran out of memory, and the program never ran. Give its container more, in values.yaml:\n${lines}`
}

function oomRemedy(run: FailedRun, message: string): string {
  const now = /limit of (\S+)/.exec(message)?.[1] ?? run.resources.limits['memory']
  const change = { resources: { limits: { memory: now === undefined ? '<more>' : doubled(now) } } }
  return `Raise the memory limit of ${run.pipelineType} pods${now === undefined ? '' : ` (now ${now})`}, for example to twice as much, in values.yaml:\n${pipelineTypeLines(run, change)}\nOr let the pipeline read less at a time: fewer threads, a smaller sample, filters.`
}

export const EVICTED_CAUSES: readonly FailureCause[] = [
  {
    cause: 'api',
    pattern: /EvictionByEvictionAPI/,
    meaning: 'Somebody drained the node, or evicted the pod by the API: kubectl drain, a descheduler, an autoscaler that takes nodes away.',
    example: 'EvictionByEvictionAPI: Eviction API: evicting',
    remedy: always(
      'The node was drained under the pod. Run the pipeline again; against autoscalers that drain, annotate the pods by customConfig: cluster-autoscaler.kubernetes.io/safe-to-evict: "false", karpenter.sh/do-not-disrupt: "true".',
    ),
  },
  {
    cause: 'taint',
    pattern: /DeletionByTaintManager/,
    meaning: 'The node got a NoExecute taint that the pod does not tolerate: it was not ready for too long, or is being taken away.',
    example: 'DeletionByTaintManager: Taint manager: deleting due to NoExecute taint',
    remedy: always('The node got a NoExecute taint: it failed, or somebody is emptying it. Look at the node (kubectl describe node); run the pipeline again.'),
  },
  {
    cause: 'storage',
    pattern: /ephemeral|EmptyDir|inodes|nodefs|imagefs|containerfs/i,
    meaning: 'The pod wrote more to its own disk than its limit, or the disk of the node ran full.',
    example: 'Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
    remedy: (run) =>
      `Scratch space ran out. Give ${run.pipelineType} pods more, in values.yaml:\n${pipelineTypeLines(run, {
        resources: { requests: { 'ephemeral-storage': '4Gi' }, limits: { 'ephemeral-storage': '8Gi' } },
      })}`,
  },
  {
    cause: 'memory',
    pattern: /low on resource: memory/,
    meaning: 'The node ran out of memory and put off the pods that use most above their requests.',
    example:
      'Evicted: The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. Container main was using 3Gi, request is 16Mi, has larger consumption of memory.',
    remedy: (run) => {
      const limit = run.resources.limits['memory']
      return `The node ran out of memory, and the pod used more than it had asked for. Let it ask for what it uses, in values.yaml:\n${pipelineTypeLines(run, { resources: { requests: { memory: limit ?? '<what it uses>' } } })}`
    },
  },
  {
    cause: 'processes',
    pattern: /low on resource: pids|PID/,
    meaning: 'The node ran out of process ids.',
    example: 'Evicted: The node was low on resource: pids.',
    remedy: always('The node ran out of process ids. Look for a pod there that leaks processes; run the pipeline again.'),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The pod was put off its node for another reason.',
    example: 'Evicted: Preempted in order to admit critical pod',
    remedy: always('The pod was put off its node. Look at the node (kubectl describe node); run the pipeline again.'),
  },
]

export const PREEMPTED_CAUSES: readonly FailureCause[] = [
  {
    cause: 'priority',
    pattern: /PreemptionByScheduler/,
    meaning: 'The scheduler took the pod away to make room for one of higher priority.',
    example: 'PreemptionByScheduler: default-scheduler: preempting to accommodate a higher priority pod',
    remedy: (run) =>
      `A pod of higher priority took its place. Give ${run.pipelineType} pods a priority class of at least that rank, in values.yaml:\n${pipelineTypeLines(run, { priorityClass: '<name of a PriorityClass>' })}`,
  },
  {
    cause: 'shutdown',
    pattern: /^/,
    meaning: 'The node was shut down under the pod, as spot and preemptible nodes are.',
    example: 'TerminationByKubelet: Pod was terminated in response to imminent node shutdown.',
    remedy: always(
      'The node was shut down, as spot nodes are. Run the pipeline again; put long pipelines on nodes that stay, with nodeSelector in the table by pipeline type.',
    ),
  },
]

export const NODE_LOST_CAUSES: readonly FailureCause[] = [
  {
    cause: 'gone',
    pattern: /^/,
    meaning: 'The node was removed from the cluster, or tainted out-of-service, with the pod on it. Nobody saw how the program ended.',
    example: 'node ip-10-0-0-7: DeletionByPodGC: PodGC: node no longer exists',
    remedy: always('The node is gone, as spot nodes go. Run the pipeline again, on a node that stays if it takes long.'),
  },
]

export const DEADLINE_CAUSES: readonly FailureCause[] = [
  {
    cause: 'timeout',
    pattern: /^/,
    meaning: 'The run took longer than the workflowTimeout of its pipeline.',
    example: 'DeadlineExceeded: Pod was active on the node longer than the specified deadline',
    remedy: always(
      'The run took longer than its workflowTimeout. Raise it in the pipeline (airflowConfig.workflowTimeout, seconds), or narrow what the pipeline reads.',
    ),
  },
]
