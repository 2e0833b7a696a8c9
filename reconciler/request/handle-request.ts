import { ADMIT_BY_METHOD, type RunMethod } from '../../compiler/admit.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { z } from 'zod'
import { issuesFromZod } from '../../compiler/zod-issues.ts'
import { METHODS_OF_SERVER, type ServerMethod } from '../link/methods.ts'
import type { ServiceResponse } from '../link/protocol.ts'
import { followLogs, unfollowLogs } from '../logs/answer-follow.ts'
import { answerLogs } from '../logs/answer-logs.ts'
import { acceptRun } from './accept-run.ts'
import { answer, InvalidRequest } from './answer.ts'
import { deletePipeline } from './delete-pipeline.ts'
import { deployPipeline } from './deploy-pipeline.ts'
import { killPipeline } from './kill-pipeline.ts'
import { killRun } from './kill-run.ts'
import { queuedRuns } from './queued-runs.ts'
import type { RequestContext } from './request-context.ts'
import { serviceHostIp, serviceStatus } from './service-status.ts'
import { togglePipeline } from './toggle-pipeline.ts'

/**
 * Answers one request of the server. Throws InvalidRequest for params that are not what the method takes; trouble of ours (the API
 * server away, a time-out) is answered as retryable, never as a failure of the request.
 */
export async function handleRequest(method: ServerMethod, params: unknown, context: RequestContext): Promise<ServiceResponse> {
  const refusal = refuseForeignRunner(params, context)
  if (refusal !== undefined) return logged(method, refusal, context)
  try {
    return logged(method, await inHand(params, context, async () => dispatch(method, params, context)), context)
  } catch (error) {
    if (!isClusterError(error)) throw error
    context.effects.log.warn({ method, error }, 'a request could not be served now')
    return answer(503, `the cluster does not answer as it should (${error.code}); nothing is lost, try again`, context.version)
  }
}

/** While a request for a run is answered, the run is not lost, though the cluster may not have it yet. */
async function inHand<T>(params: unknown, { runsInHand }: RequestContext, work: () => Promise<T>): Promise<T> {
  const runId = typeof params === 'object' && params !== null && 'runId' in params ? params.runId : undefined
  if (typeof runId !== 'string') return work()
  const id = runId.toLowerCase()
  runsInHand.add(id)
  try {
    return await work()
  } finally {
    runsInHand.delete(id)
  }
}

/** Asked again and again; they change nothing. */
const QUIET_METHODS: readonly ServerMethod[] = ['service/status', 'run/logs']

/** One line for each request that was answered: what became of it, under the run's id. */
function logged(method: ServerMethod, response: ServiceResponse, { effects }: RequestContext): ServiceResponse {
  const { code, reason, runId } = response
  effects.log[QUIET_METHODS.includes(method) ? 'debug' : code < 400 ? 'info' : 'warn'](
    { method, run: runId, code, reason },
    code < 400 ? 'request accepted' : 'request refused',
  )
  return response
}

type Handler = (params: unknown, context: RequestContext) => Promise<ServiceResponse>

const HANDLERS: Partial<Record<ServerMethod, Handler>> = {
  'pipeline/run': accepting('pipeline/run'),
  'automation/run': accepting('automation/run'),
  'application/run': accepting('application/run'),
  'desired/changed': async (_, context) => Promise.resolve((context.onDesiredChanged(), answer(200, 'the runner asks what is desired', context.version))),
  'pipeline/deploy': deployPipeline,
  'pipeline/delete': judged(METHODS_OF_SERVER['pipeline/delete'].params, deletePipeline),
  'pipeline/toggle': judged(METHODS_OF_SERVER['pipeline/toggle'].params, togglePipeline),
  'pipeline/queued': judged(METHODS_OF_SERVER['pipeline/queued'].params, queuedRuns),
  'pipeline/kill': judged(METHODS_OF_SERVER['pipeline/kill'].params, killPipeline),
  'run/kill': judged(METHODS_OF_SERVER['run/kill'].params, killRun),
  'run/logs': judged(METHODS_OF_SERVER['run/logs'].params, answerLogs),
  'run/followLogs': judged(METHODS_OF_SERVER['run/followLogs'].params, followLogs),
  'run/unfollowLogs': judged(METHODS_OF_SERVER['run/unfollowLogs'].params, unfollowLogs),
  'service/status': async (_, context) => Promise.resolve(serviceStatus(context)),
  'service/hostIp': async (_, context) => Promise.resolve(serviceHostIp(context)),
}

/** A handler of a method that asks for a run. */
function accepting(method: RunMethod): Handler {
  return async (params, context) => acceptRun(ADMIT_BY_METHOD[method], params, context)
}

/** The methods that this runner serves, told to the server at hello. */
export const SERVED_METHODS = Object.keys(HANDLERS) as ServerMethod[]

/** A handler that gets its params as its schema makes them. */
function judged<T>(schema: z.ZodType<T>, handle: (params: T, context: RequestContext) => Promise<ServiceResponse>): Handler {
  return async (params, context) => {
    const parsed = schema.safeParse(params)
    if (!parsed.success) throw new InvalidRequest(issuesFromZod(parsed.error, params))
    return handle(parsed.data, context)
  }
}

async function dispatch(method: ServerMethod, params: unknown, context: RequestContext): Promise<ServiceResponse> {
  const handler = HANDLERS[method]
  return handler === undefined ? answer(501, `this runner does not serve ${method}`, context.version) : handler(params, context)
}

/** A run that is meant for another runner must not start here, whatever else it says. */
function refuseForeignRunner(params: unknown, { policy, version }: RequestContext): ServiceResponse | undefined {
  const runner = typeof params === 'object' && params !== null && 'runner' in params ? params.runner : undefined
  if (typeof runner !== 'string' || runner === '' || runner === policy.agentId) return undefined
  return answer(
    409,
    `runner: this is runner ${JSON.stringify(policy.agentId)}, the request is for ${JSON.stringify(runner.slice(0, 200))}; send it there`,
    version,
  )
}
