import { WRITE_TIMEOUT_MS } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { type CollateApi, CollateError } from '../collate/collate-api.ts'
import type { Fence } from './elector.ts'

/** Collate as only the leader writes to it: another one may have told a later state meanwhile. */
export function fencedCollate(collate: CollateApi, fence: Fence): CollateApi {
  return {
    serverVersion: async () => collate.serverVersion(),
    readStatus: async (...args) => collate.readStatus(...args),
    writeStatus: async (...args) => {
      try {
        await fence.ensureHeld(WRITE_TIMEOUT_MS)
      } catch (error) {
        if (!isClusterError(error)) throw error
        throw new CollateError('Unavailable', error.message, { cause: error })
      }
      await collate.writeStatus(...args)
    },
  }
}
