import type { Issue } from '../issue.ts'
import type { Policy } from '../policy.ts'
import { valueAt } from './request-fields.ts'
import { needsServiceType } from '../workflow/workflow-steps.ts'

/*
 * Well-formed requests that this runner does not take. Each function looks at single fields of a request of any shape, so that its
 * issues come out beside those of the malformed fields.
 */

/** A run that is meant for another runner must not start here. */
export function refuseOtherRunner(request: unknown, policy: Pick<Policy, 'agentId'>): Issue[] {
  const runner = valueAt(request, 'runner')
  if (typeof runner !== 'string' || runner === '' || runner === policy.agentId) return []
  return [{ code: 'invalid', path: 'runner', message: `names another runner; this one is ${policy.agentId} (AGENT_ID)` }]
}

/** What a pipeline of that type needs, and what only applications have. */
export function refusePipeline(request: unknown): Issue[] {
  const type = valueAt(request, 'ingestionPipeline', 'pipelineType')
  if (typeof type !== 'string' || type === '') return []
  return type === 'application' ? refuseApplicationPipeline(request) : [...refuseOverride(request), ...refuseService(request, type)]
}

function refuseApplicationPipeline(request: unknown): Issue[] {
  const path = 'ingestionPipeline.sourceConfig.config.sourcePythonClass'
  const pythonClass = valueAt(request, ...path.split('.'))
  if (pythonClass === undefined || pythonClass === null) return [{ code: 'missing', path, message: 'is missing; give the Python class of the application' }]
  if (typeof pythonClass !== 'string' || pythonClass === '') return [{ code: 'invalid', path, message: 'must be the Python class of the application' }]
  return []
}

function refuseOverride(request: unknown): Issue[] {
  const override = valueAt(request, 'configOverride')
  if (typeof override !== 'object' || override === null || Object.keys(override).length === 0) return []
  return [{ code: 'notSupported', path: 'configOverride', message: 'is for applications only; leave it out' }]
}

function refuseService(request: unknown, type: string): Issue[] {
  const service = valueAt(request, 'service')
  if (service === undefined || service === null) return [{ code: 'missing', path: 'service', message: 'is missing; give an object' }]
  const serviceType = valueAt(service, 'serviceType')
  const isNeeded = needsServiceType(type) && typeof service === 'object' && (serviceType === undefined || serviceType === null)
  return isNeeded ? [{ code: 'missing', path: 'service.serviceType', message: 'is missing; give a string, such as Mysql' }] : []
}
