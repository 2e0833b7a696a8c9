import { compile } from '../../compiler/compile.ts'
import { isWorkflow } from '../../compiler/manifest.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import { isClusterError, isWebhookDown } from '../cluster/cluster-error.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import { awaitsJob } from '../plan/plan-awaiting-job.ts'

/** What the API server would make of the pod of a run that has none. */
export type TriedStart =
  | { readonly kind: 'free' }
  | { readonly kind: 'refused'; readonly pending: PendingReason }
  | { readonly kind: 'untried'; readonly why: string }

/** Nobody here knows Collate's version; what refuses a pod seldom looks at the tag of its image. */
const SOME_VERSION = '1.0.0'

/** Asks the API server, by a create that leaves nothing, whether it would take the pod of this run now. */
export async function tryStart(record: StoredRecord, policy: Policy, cluster: Pick<Cluster, 'create'>): Promise<TriedStart> {
  if (awaitsJob(record)) return { kind: 'untried', why: 'the Job of its schedule makes its pod' }
  const compiled = compile(record, policy, { serverVersion: SOME_VERSION })
  if (!compiled.ok) return { kind: 'untried', why: 'its pod cannot be made from the policy given here' }
  const [object] = compiled.value.objects
  if (isWorkflow(object)) return { kind: 'untried', why: 'Argo makes its pod' }
  try {
    await cluster.create('pods', object, { dryRun: true })
    return { kind: 'free' }
  } catch (error) {
    return refusedBy(error)
  }
}

function refusedBy(error: unknown): TriedStart {
  if (isClusterError(error, 'QuotaExceeded')) return { kind: 'refused', pending: { failureClass: 'Unschedulable', message: error.message } }
  if (isClusterError(error, 'Invalid', 'Rejected')) return { kind: 'refused', pending: { failureClass: 'Rejected', message: error.message } }
  if (isWebhookDown(error)) return { kind: 'refused', pending: { failureClass: 'Rejected', message: error.message } }
  // Whatever else it is (this account may not create pods, say) tells nothing of the runner's own tries.
  if (isClusterError(error)) return { kind: 'untried', why: error.message }
  throw error
}
