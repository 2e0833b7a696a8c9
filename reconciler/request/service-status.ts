import { resolveImage } from '../../compiler/image-reference.ts'
import { formatIssues } from '../../compiler/issue.ts'
import type { ServiceResponse } from '../link/protocol.ts'
import { answer } from './answer.ts'
import type { RequestContext } from './request-context.ts'

/**
 * `service/status`: whether runs sent here now would start, as OpenMetadata asks it of every pipeline service: 200 `healthy`, or 500
 * with what is wrong. Asks nobody.
 */
export function serviceStatus({ policy, effects, version, troubles }: RequestContext): ServiceResponse {
  const image = resolveImage(policy, effects.facts())
  const wrong = [...troubles(), ...(image.ok ? [] : [formatIssues(image.error)])]
  return wrong.length === 0 ? answer(200, 'healthy', version) : answer(500, `unhealthy: ${wrong.join('; ')}`, version)
}

/** `service/hostIp`: which address a database's firewall is to let in. Only the operator knows what the way out looks like. */
export function serviceHostIp({ hostIp, version }: RequestContext): ServiceResponse {
  if (hostIp === undefined) return answer(204, 'the address of the ingestion pods is not configured; set INGESTION_HOST_IP on the runner', version)
  return { ...answer(200, 'as configured', version), data: { ip: hostIp } }
}
