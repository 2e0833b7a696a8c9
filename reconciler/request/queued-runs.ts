import type { PipelineParams, ServiceResponse } from '../link/protocol.ts'
import { hasStarted } from '../observe/pod-state.ts'
import { activeRunsOf } from '../schedule/end-runs.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'

/** `pipeline/queued`: the runs of the pipeline whose program has not begun, in the order of their acceptance, as pipeline statuses. */
export async function queuedRuns({ ingestionPipeline: { id } }: PipelineParams, { effects, version }: RequestContext): Promise<ServiceResponse> {
  const queued = activeRunsOf(effects.cache, id)
    .filter(({ name, status }) => status.kill === undefined && !effects.cache.run(name).pods.some(hasStarted))
    .toSorted((one, other) => one.spec.acceptedAtMs - other.spec.acceptedAtMs)
    .map(({ spec }) => ({ runId: spec.runId, pipelineState: 'queued', startDate: spec.acceptedAtMs, timestamp: spec.acceptedAtMs }))
  return Promise.resolve({ ...answer(200, `${queued.length} runs wait`, version), data: { queued } })
}
