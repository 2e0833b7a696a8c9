import type { StoredRecord } from '../../compiler/record.ts'
import { isClusterError, isWebhookDown } from '../cluster/cluster-error.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import type { Effects } from './effects.ts'

/**
 * Asks whether the payload of a run is there. Gives why the cluster does not say; undefined when it does.
 *
 * A right that is missing is thrown, to be tried again at once: an API server that has just started refuses everybody for a moment.
 */
export async function askPayload(record: StoredRecord, { payloads, cluster }: Pick<Effects, 'payloads' | 'cluster'>): Promise<PendingReason | undefined> {
  try {
    await payloads.ask(cluster, record)
    return undefined
  } catch (error) {
    if (!isClusterError(error, 'QuotaExceeded', 'Rejected', 'Invalid') && !isWebhookDown(error)) throw error
    const failureClass = error.code === 'QuotaExceeded' ? 'Unschedulable' : 'Rejected'
    return { failureClass, message: `the cluster does not say whether the payload of the run is there: ${error.message}` }
  }
}
