import { answer, errorAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import type { AutomationWorkflows } from './automation-workflows.ts'
import type { Catalog } from './catalog.ts'
import { catalogRoutes } from './catalog-routes.ts'
import type { PipelineStatuses } from './pipeline-statuses.ts'
import type { RestCall } from './rest-call.ts'
import type { RunLogs } from './run-logs.ts'
import { connectionDefinition } from './connection-definition.ts'
import { judgeProgress } from './run-progress.ts'

interface RouteTargets {
  readonly statuses: PipelineStatuses
  readonly logs: RunLogs
  readonly workflows: AutomationWorkflows
  readonly catalog: Catalog
  readonly serverVersion: () => string
}

const PIPELINES = ['services', 'ingestionPipelines'] as const
const WORKFLOWS = ['automations', 'workflows'] as const

interface Route {
  readonly method: string
  /** `*` stands for one segment, which is handed to `handle`. */
  readonly path: readonly string[]
  readonly handle: (call: RestCall, ...names: [string, string]) => Answer
}

function routes({ statuses, logs, workflows, catalog, serverVersion }: RouteTargets): readonly Route[] {
  const get = 'GET'
  const put = 'PUT'
  const post = 'POST'
  const patch = 'PATCH'
  return [
    {
      method: get,
      path: ['system', 'version'],
      handle: () => answer(200, { version: serverVersion(), revision: 'reference', timestamp: Date.now() }),
    },

    { method: put, path: [...PIPELINES, '*', 'pipelineStatus'], handle: (call, fqn) => statuses.put(fqn, call) },
    { method: get, path: [...PIPELINES, '*', 'pipelineStatus'], handle: (call, fqn) => statuses.getMany(fqn, call.query) },
    { method: get, path: [...PIPELINES, '*', 'pipelineStatus', '*'], handle: (_, fqn, runId) => statuses.getOne(fqn, runId) },

    { method: post, path: [...PIPELINES, 'logs', '*', '*'], handle: (call, fqn, runId) => logs.post(fqn, runId, call) },
    { method: post, path: [...PIPELINES, 'logs', '*', '*', 'close'], handle: (_, fqn, runId) => logs.close(fqn, runId) },
    { method: get, path: [...PIPELINES, 'logs', '*', '*'], handle: (call, fqn, runId) => logs.getOne(fqn, runId, call.query) },
    { method: get, path: [...PIPELINES, 'logs', '*'], handle: (call, fqn) => logs.getRuns(fqn, call.query) },

    { method: put, path: [...PIPELINES, 'progress', '*', '*'], handle: (call) => judgeProgress('progress', call.body) },
    { method: put, path: [...PIPELINES, 'metrics', '*', '*'], handle: (call) => judgeProgress('metrics', call.body) },
    { method: post, path: [...PIPELINES, 'metrics', '*', '*'], handle: (call) => judgeProgress('metrics', call.body) },

    { method: get, path: ['services', 'testConnectionDefinitions', 'name', '*'], handle: (_, name) => connectionDefinition(name) },

    { method: put, path: [...WORKFLOWS], handle: (call) => workflows.put(call.body) },
    { method: put, path: [...WORKFLOWS, 'name', '*'], handle: (call, name) => workflows.put(call.body, name) },
    { method: get, path: [...WORKFLOWS, 'name', '*'], handle: (_, name) => workflows.get(name) },
    { method: patch, path: [...WORKFLOWS, 'name', '*'], handle: (call, name) => workflows.patch(name, call.body) },
    { method: patch, path: [...WORKFLOWS, '*'], handle: (call, id) => workflows.patch(id, call.body) },

    ...catalogRoutes(catalog),
  ]
}

/** OpenMetadata asks for no token here. */
export const needsToken = (segments: readonly string[]): boolean => segments.join('/') !== 'system/version'

/** The OpenMetadata calls that the runner and the pods make, as one function. 404 for another path, 405 for another method. */
export function createRouter(targets: RouteTargets): (call: RestCall) => Answer {
  const table = routes(targets)
  return (call) => {
    const onPath = table.filter((route) => fits(route.path, call.segments))
    const route = onPath.find((one) => one.method === call.method)
    if (route === undefined) {
      return onPath.length > 0 ? errorAnswer(405, `HTTP 405 Method Not Allowed: ${call.method}`) : errorAnswer(404, 'HTTP 404 Not Found')
    }
    const names = call.segments.filter((_, index) => route.path[index] === '*')
    return route.handle(call, names[0] ?? '', names[1] ?? '')
  }
}

function fits(path: readonly string[], segments: readonly string[]): boolean {
  return path.length === segments.length && path.every((part, index) => (part === '*' ? segments[index] !== '' : part === segments[index]))
}
