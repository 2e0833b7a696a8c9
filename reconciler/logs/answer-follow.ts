import type { FollowLogsParams, RunParams, ServiceResponse } from '../link/protocol.ts'
import { answer } from '../request/answer.ts'
import type { RequestContext } from '../request/request-context.ts'
import { otherRuns, positionOf } from './answer-logs.ts'
import { findRun, UNREADABLE } from './find-run.ts'

/** `run/followLogs`: from now on the log of a run goes to the server as it grows, in `run/log` notifications. */
export async function followLogs({ runId, after }: FollowLogsParams, context: RequestContext): Promise<ServiceResponse> {
  const { effects, policy, version } = context
  const { position, isOf } = positionOf(after)
  if (!isOf(runId)) throw otherRuns()
  const record = await findRun(runId, policy.agentId, effects.cluster)
  if (record === undefined) return answer(404, `runId: runner ${policy.agentId} has no run ${runId}`, version, runId)
  if (record === 'unreadable') return answer(409, `runId: ${UNREADABLE}`, version, runId)
  if (!context.followers.follow(runId, position)) {
    return answer(503, 'this runner follows as many logs as it can; unfollow one, or read with run/logs', version, runId)
  }
  return answer(200, 'the log of the run is followed', version, runId)
}

/** `run/unfollowLogs`. What is on its way may still come. */
export async function unfollowLogs({ runId }: RunParams, { followers, version }: RequestContext): Promise<ServiceResponse> {
  followers.unfollow(runId)
  return Promise.resolve(answer(200, 'the log of the run is not followed', version, runId))
}
