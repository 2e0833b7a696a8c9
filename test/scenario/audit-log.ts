import { readFile } from 'node:fs/promises'
import type { Cluster } from '../cluster/cluster.ts'

/** One finished request to the API server, as its audit log tells it. */
export interface AuditEvent {
  readonly verb: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  readonly user: string
  readonly code: number
  readonly isDryRun: boolean
  /** Path and query. */
  readonly uri: string
}

interface RawEvent {
  readonly stage: string
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string; readonly namespace?: string }
  readonly responseStatus?: { readonly code?: number }
}

/** All finished requests about one namespace, in their order. */
export async function auditEvents(cluster: Cluster, namespace: string): Promise<AuditEvent[]> {
  if (cluster.auditLogPath === undefined) throw new Error('this cluster writes no audit log')
  const lines = (await readFile(cluster.auditLogPath, 'utf8')).split('\n')
  return lines
    .filter((line) => line.includes(namespace))
    .map((line) => JSON.parse(line) as RawEvent)
    .filter(({ stage, objectRef }) => stage === 'ResponseComplete' && objectRef?.namespace === namespace)
    .map(({ verb, requestURI, user, objectRef, responseStatus }) => ({
      verb,
      resource: objectRef?.resource ?? '',
      subresource: objectRef?.subresource ?? '',
      name: objectRef?.name ?? '',
      user: user.username,
      code: responseStatus?.code ?? 0,
      uri: requestURI,
      isDryRun: requestURI.includes('dryRun='),
    }))
}

/** Every pod of this run that the API server ever took, as far as the audit log goes back. */
export async function podsEverStarted({ cluster, namespace }: { readonly cluster: Cluster; readonly namespace: string }, runId: string): Promise<AuditEvent[]> {
  return (await auditEvents(cluster, namespace)).filter(
    ({ verb, resource, subresource, name, code, isDryRun }) =>
      verb === 'create' && resource === 'pods' && subresource === '' && name.includes(runId) && code === 201 && !isDryRun,
  )
}
