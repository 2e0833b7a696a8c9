import { waitFor } from '../cluster/waiting.ts'
import type { Collate } from '../collate/client.ts'
import type { RpcAnswer } from '../collate/link-frame.ts'

/**
 * Sends a request as Collate does: again, while no runner is linked or the one that is says that it cannot answer now. Every request may
 * be repeated, so this changes nothing but what a busy machine may do to a test. Gives the last answer.
 */
export async function ask({ collate, agentId }: { readonly collate: Collate; readonly agentId: string }, method: string, params: object): Promise<RpcAnswer> {
  const probe = async (): Promise<RpcAnswer> => {
    const answer = await collate.call(method, params, { agentId })
    const code = 'result' in answer ? (answer.result as { readonly code?: number }).code : undefined
    if (code === 503) throw new Error(JSON.stringify(answer))
    return answer
  }
  return waitFor(probe, { what: `an answer to ${method} that is not 503`, everyMs: 1_000 })
}
