import type { PendingReason } from '../observe/pending-reason.ts'
import { classAndCause } from './failure-table.ts'

/** What of a reason for waiting makes it another one. Numbers of nodes come and go, and pulls are tried and backed off in turns. */
export function newsOf({ failureClass, message }: PendingReason): string {
  const cause = classAndCause(failureClass, message)
  if (failureClass === 'ImagePull') return cause
  const counts = failureClass === 'Unschedulable' || failureClass === 'NeverStarted'
  return `${cause}: ${counts ? message.replaceAll(/\d+/g, '#') : message}`
}

/** Whether a reason is to be told to somebody who was told `told` before. That the runtime says less now is no news. */
export function isNews(pending: PendingReason, told: string | undefined): boolean {
  const news = newsOf(pending)
  if (news === told) return false
  return !(news === 'ImagePull/other' && told?.startsWith('ImagePull/') === true)
}
