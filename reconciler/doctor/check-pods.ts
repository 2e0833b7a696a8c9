import type { FailureClass } from '../../compiler/failure-class.ts'
import type { Policy } from '../../compiler/policy.ts'
import { AUTOMATION_TYPE, type RunSpec, type StoredRecord } from '../../compiler/record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { tryStart } from '../explain/try-start.ts'
import { failedRun } from '../failures/failed-run.ts'
import { remedyFor } from '../failures/failure-table.ts'
import { type Check, fail, type Judgement, ok, warn } from './finding.ts'

export interface PodParts {
  readonly cluster: Pick<Cluster, 'create'>
  readonly policy: Policy
}

/** Whether the API server would take the pods of runs: what admission, Pod Security, a LimitRange or a quota says, before a run meets it. */
export function podCheck(parts: PodParts): Check {
  return { name: 'pods', remedy: 'see whether the API server can be reached from here', run: async () => judgePods(parts) }
}

interface Refusal {
  readonly type: string
  readonly failureClass: FailureClass
  readonly message: string
}

async function judgePods({ cluster, policy }: PodParts): Promise<Judgement[]> {
  const types = typesOf(policy)
  const tried = await Promise.all(types.map(async (type) => ({ type, start: await tryStart(someRecord(type, policy), policy, cluster) })))
  const refusals = tried.flatMap(({ type, start }) => (start.kind === 'refused' ? [{ type, ...start.pending }] : []))
  const untried = [...new Set(tried.flatMap(({ start }) => (start.kind === 'untried' ? [start.why] : [])))]
  const free = tried.flatMap(({ type, start }) => (start.kind === 'free' ? [type] : []))
  return [
    ...(free.length === 0 ? [] : [ok(`the API server would take the pods of runs (${free.join(', ')}), asked by a dry run`)]),
    ...untried.map((why) => ok(`not known: ${why}`)),
    ...[...Map.groupBy(refusals, ({ message }) => message).values()].flatMap((alike) => judgeRefusal(alike, policy)),
  ]
}

/** Each type that the policy treats in its own way, and one for all others. */
function typesOf({ pipelineTypes }: Policy): string[] {
  return [...new Set(['metadata', AUTOMATION_TYPE, ...pipelineTypes.keys()])]
}

function judgeRefusal(alike: readonly Refusal[], policy: Policy): Judgement[] {
  const [first] = alike
  if (first === undefined) return []
  const { type, failureClass, message } = first
  const text = `the API server would refuse the pods of runs (${alike.map((one) => one.type).join(', ')}): ${message}`
  const remedy = remedyFor(failureClass, message, failedRun(specOf(type, policy), policy)).split('\n', 1)[0] ?? ''
  // A quota that is full is a reason to wait, and no fault.
  return [failureClass === 'Rejected' ? fail(text, remedy) : warn(text, remedy)]
}

const SOME_ID = '00000000-0000-0000-0000-000000000000'

/** The record of a run that nobody asked for. No object of it is ever written. */
function someRecord(type: string, policy: Policy): StoredRecord {
  const stored = { uid: SOME_ID, resourceVersion: '0', isBeingDeleted: false, finalizers: [] }
  return { name: 'hybrid-runner-doctor', spec: specOf(type, policy), status: { phase: 'Queued', attempt: 1 }, ...stored }
}

function specOf(type: string, { agentId }: Policy): RunSpec {
  return {
    agentId,
    runId: SOME_ID,
    kind: type === AUTOMATION_TYPE ? 'automation' : 'pipeline',
    pipeline: { id: SOME_ID, name: 'doctor', fullyQualifiedName: 'doctor', type },
    service: null,
    workflowType: null,
    loggerLevel: 'INFO',
    maxActiveRuns: 1,
    retries: 0,
    retryDelaySeconds: 0,
    workflowTimeoutSeconds: type === AUTOMATION_TYPE ? 60 : null,
    streamsLogs: false,
    acceptedAtMs: 0,
    notAfterMs: 0,
    requestDigest: '',
    payload: { secretName: 'hybrid-runner-doctor', delivery: 'env', secrets: 'references' },
  }
}
