import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { linesSoFar } from '../scenario/audit-log.ts'

/** One call of an account, as far as its rights are concerned. */
export interface AccountCall {
  /** `create secrets`, `get pods/log`, `list workflows.argoproj.io`. */
  readonly right: string
  readonly namespace: string
  readonly code: number
  readonly uri: string
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

interface RawEvent {
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly namespace?: string; readonly apiGroup?: string }
  readonly responseStatus?: { readonly code?: number }
}

const rightName = (verb: string, group: string, resource: string): string => `${verb} ${group === '' ? resource : `${resource}.${group}`}`

/** Every call of a service account about objects, anywhere in the cluster, once it was answered or, for a watch, begun. */
export async function callsOf(cluster: Cluster, namespace: string, account: string): Promise<AccountCall[]> {
  if (cluster.auditLogPath === undefined) throw new Error('this cluster writes no audit log')
  const user = `system:serviceaccount:${namespace}:${account}`
  return (await linesSoFar(cluster.auditLogPath))
    .filter((line) => line.includes(user))
    .map((line) => JSON.parse(line) as RawEvent)
    .filter((event) => event.user.username === user)
    .map(({ verb, requestURI, objectRef = {}, responseStatus }) => ({
      right: rightName(verb, objectRef.apiGroup ?? '', [objectRef.resource, objectRef.subresource].filter((part) => part !== undefined).join('/')),
      namespace: objectRef.namespace ?? '',
      code: responseStatus?.code ?? 0,
      uri: requestURI,
    }))
}

/** All that a Role of the cluster allows, one by one. */
export async function rightsOfRole(cluster: Cluster, namespace: string, role: string): Promise<string[]> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/${role}`
  const rules = (await callJson(cluster.api, { method: 'GET', path }))['rules'] as readonly Rule[]
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => rightName(verb, group, resource)))),
  )
}

/** Rights that no call that went well has used. */
export function spareRights(rights: readonly string[], calls: readonly AccountCall[]): string[] {
  const used = new Set(calls.filter(({ code }) => code < 400 || code === 409 || code === 404).map(({ right }) => right))
  return rights.filter((right) => !used.has(right))
}

/** Calls that the API server refused to the account. */
export function refusedCalls(calls: readonly AccountCall[]): string[] {
  return [...new Set(calls.filter(({ code }) => code === 401 || code === 403).map(({ right, uri }) => `${right}: ${uri}`))]
}
