import type { FailureClass } from '../../compiler/failure-class.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import { type PullFailure, pullFailure } from './image-pull.ts'
import { type UnschedulableCause, unschedulableCauses } from './unschedulable.ts'
import { ingestionPodsLines, pipelineTypeLines, tolerationFields } from './values-lines.ts'

/** What a remedy is written for. */
export interface FailedRun {
  readonly executor: Executor
  readonly pipelineType: string
  readonly memoryLimit: string | null
}

/** What to do about a failure, in plain words and, where values can mend it, with the lines to paste into values.yaml. */
export function remedyFor(failureClass: FailureClass, message: string, run: FailedRun): string {
  switch (failureClass) {
    case 'Unschedulable':
      return unschedulableCauses(message)
        .map((cause) => unschedulableRemedy(cause, run))
        .join('\n')
    case 'ImagePull':
      return PULL_REMEDIES[pullFailure(message)]
    case 'OOMKilled':
      return oomRemedy(run)
    case 'Rejected':
      return / cannot [a-z]+ resource /.test(message) ? MISSING_RIGHT : REMEDIES.Rejected
    default:
      return REMEDIES[failureClass]
  }
}

const PULL_REMEDIES: Readonly<Record<PullFailure, string>> = {
  notFound:
    'The registry has no such image or tag. Check config.ingestionPods.repository and .tag; with dynamic versions on, the tag follows the server: set DYNAMIC_INGESTION_VERSION_ENABLED to false to use your own.',
  unauthorized:
    'The registry refuses the credentials. Check that the Secret of config.ingestionPods.imagePullSecrets is in the namespace of the pods and has not expired.',
  unreachable: 'The node does not reach the registry. Check DNS, proxy and firewall of the nodes, or mirror the image and set config.ingestionPods.repository.',
  unknown: 'Try to pull the image on a node by hand (crictl pull); the message above is all that the container runtime tells.',
}

const MISSING_RIGHT =
  "The runner's account lacks this right. While the API server starts this passes by itself; else put the right back into the runner's Role."

const REMEDIES: Readonly<Record<Exclude<FailureClass, 'Unschedulable' | 'ImagePull' | 'OOMKilled'>, string>> = {
  ImageInvalid: 'The name of the image cannot be read. Check config.ingestionPods.repository and .tag.',
  ConfigError:
    'The pod names something that is not there or cannot be used. Create the Secret, ConfigMap or service account named above in the namespace of the pods.',
  Rejected: 'The cluster refuses the pod. Mend what its message names: an admission policy, Pod Security, or a node that no longer fits.',
  Evicted: 'The pod was put off its node. Give it a higher priorityClass, or a limit for what ran out; then run the pipeline again.',
  Preempted: 'A pod of higher priority took its place. Set priorityClass for this pipeline type; then run the pipeline again.',
  NodeLost: 'The node is gone, as spot nodes do. Run the pipeline again, on a node that stays if it takes long.',
  DeadlineExceeded: 'The run took longer than its workflowTimeout. Raise it in the pipeline, or narrow what the pipeline reads.',
  ExitCode: 'The program itself failed. Its last log lines say why.',
  Deleted: 'Somebody or something deleted the pod or its record. Look into the audit log of the cluster; run the pipeline again.',
  NeverStarted: 'The run never started. Run the pipeline again.',
  Lost: 'Nobody can say what became of the program. Look at the node; run the pipeline again.',
}

function unschedulableRemedy(cause: UnschedulableCause, run: FailedRun): string {
  switch (cause.kind) {
    case 'taint':
      return taintRemedy(cause, run)
    case 'resources':
      return `No node has enough free ${cause.resource}. Add nodes, or ask for less:\n${resourceLines(cause.resource, run)}`
    case 'affinity':
      return `No node matches the nodeSelector or affinity of ${run.pipelineType} pods. Compare with: kubectl get nodes --show-labels`
    case 'volume':
      return 'A volume of the pod cannot be had on any node. Look at its claim: kubectl get pvc,pv'
    case 'quota':
      return 'The quota of the namespace is used up. Raise it (kubectl describe quota), or let fewer runs be active at once (MAX_ACTIVE_RUNS).'
    case 'other':
      return 'Ask the scheduler: kubectl describe pod tells its events.'
  }
}

const SHOW_TAINTS = 'kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints'

function taintRemedy({ key, value }: Extract<UnschedulableCause, { kind: 'taint' }>, run: FailedRun): string {
  const shown = key === null ? { key: '<key of the taint>', value: '<its value>', effect: 'NoSchedule' } : { key, value }
  const fields = tolerationFields(run.executor, shown)
  const which =
    key === null ? `Every node that fits has a taint; see which with: ${SHOW_TAINTS}` : `The nodes have the taint ${key}${value === '' ? '' : `=${value}`}.`
  if (fields === undefined) return `${which}\nLet the pods tolerate it, in values.yaml:\n${workflowTolerationLines(shown)}`
  return `${which}\nLet the pods tolerate it, in values.yaml:\n${pipelineTypeLines(run.executor, run.pipelineType, fields)}`
}

/** Argo's table takes one string; a full toleration goes through the workflow's own parameters. */
function workflowTolerationLines({ key, value }: { readonly key: string; readonly value: string }): string {
  const match = value === '' ? ['operator: Exists'] : ['operator: Equal', `value: ${JSON.stringify(value)}`]
  return ingestionPodsLines([
    'customConfig:',
    '  enabled: true',
    '  workflowParams:',
    '    tolerations:',
    `      - key: ${JSON.stringify(key)}`,
    ...match.map((line) => `        ${line}`),
  ])
}

function resourceLines(resource: string, { executor, pipelineType }: FailedRun): string {
  return pipelineTypeLines(executor, pipelineType, { resources: { requests: { [resource]: `<less ${resource}>` } } })
}

function oomRemedy({ executor, pipelineType, memoryLimit }: FailedRun): string {
  const now = memoryLimit === null ? '' : ` (now ${memoryLimit})`
  return `Raise the memory limit of ${pipelineType} pods${now}, in values.yaml:\n${pipelineTypeLines(executor, pipelineType, { resources: { limits: { memory: '<more>' } } })}`
}
