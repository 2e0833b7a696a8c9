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
  /** When the API server took it up, by its clock. */
  readonly atMs: number
}

interface RawEvent {
  readonly stage: string
  readonly verb: string
  readonly requestURI: string
  readonly requestReceivedTimestamp: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string; readonly namespace?: string }
  readonly responseStatus?: { readonly code?: number }
}

/** All finished requests about one namespace, in their order. */
export async function auditEvents(cluster: Cluster, namespace: string): Promise<AuditEvent[]> {
  if (cluster.auditLogPath === undefined) throw new Error('this cluster writes no audit log')
  return (await linesSoFar(cluster.auditLogPath))
    .filter((line) => line.includes(namespace))
    .map((line) => JSON.parse(line) as RawEvent)
    .filter(({ stage, objectRef }) => stage === 'ResponseComplete' && objectRef?.namespace === namespace)
    .map(({ verb, requestURI, requestReceivedTimestamp, user, objectRef, responseStatus }) => ({
      verb,
      resource: objectRef?.resource ?? '',
      subresource: objectRef?.subresource ?? '',
      name: objectRef?.name ?? '',
      user: user.username,
      code: responseStatus?.code ?? 0,
      uri: requestURI,
      atMs: Date.parse(requestReceivedTimestamp),
      isDryRun: requestURI.includes('dryRun='),
    }))
}

/** Those that are written whole: the API server may be writing the next one. */
export async function linesSoFar(auditLogPath: string): Promise<string[]> {
  return (await readFile(auditLogPath, 'utf8')).split('\n').slice(0, -1)
}

/** Every pod of this run that the API server ever took, as far as the audit log goes back. */
export async function podsEverStarted({ cluster, namespace }: { readonly cluster: Cluster; readonly namespace: string }, runId: string): Promise<AuditEvent[]> {
  return (await auditEvents(cluster, namespace)).filter(
    ({ verb, resource, subresource, name, code, isDryRun }) =>
      verb === 'create' && resource === 'pods' && subresource === '' && name.includes(runId) && code === 201 && !isDryRun,
  )
}
