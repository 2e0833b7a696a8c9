import { createHash, randomUUID } from 'node:crypto'
import { callJson } from '../cluster/kubernetes-api.ts'
import { loadRunnerImage, RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'
import type { Place } from './place.ts'
import type { Simulate } from './run-request.ts'
import { INGESTION_ACCOUNT } from './runner-account.ts'
import { accepted } from './run-story.ts'
import type { Scenario } from './scenario.ts'

/** The one secret that is there. */
export const STORED = { name: 'prod-mysql', reference: 'secret:prod-mysql', value: `canary ${randomUUID()} "of" {the} store` } as const

/** The runner's environment for that mode, with the image that the chart would name. */
export function checkEnvironment(mode: string): Record<string, string> {
  return { SECRETS_CHECK: mode, RUNNER_IMAGE: `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}` }
}

/** The image of the runner, the ingestion account's right to read Secrets, as the chart gives it, and one Secret. */
export async function prepareSecrets({ cluster, namespace }: Place): Promise<void> {
  await loadRunnerImage(cluster)
  const create = async (group: string, resource: string, body: object): Promise<void> => {
    await callJson(cluster.api, { method: 'POST', path: `${group}/namespaces/${namespace}/${resource}`, body })
  }
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const [apiVersion, metadata] = ['rbac.authorization.k8s.io/v1', { name: 'secret-reader' }]
  await create(rbac, 'roles', { apiVersion, kind: 'Role', metadata, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'secret-reader' }
  const subjects = [{ kind: 'ServiceAccount', name: INGESTION_ACCOUNT, namespace }]
  await create(rbac, 'rolebindings', { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects })
  await create('/api/v1', 'secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: STORED.name }, stringData: { value: STORED.value } })
}

/** The connection of a service whose password is a reference. */
export function connectionWith(reference: string): object {
  return { config: { type: 'Mysql', username: 'ingestion', authType: { password: reference }, hostPort: 'mysql:3306' } }
}

/** A program that ends well only if it finds the stored value in its config. */
export const EXPECTING_VALUE: Simulate = {
  expectSecret: { path: 'source.serviceConnection.config.authType.password', sha256: createHash('sha256').update(STORED.value).digest('hex') },
}

/** Sends a run whose service has that reference for a password. Gives its id. */
export async function startWith(scenario: Scenario, reference: string, simulate: Simulate = {}): Promise<string> {
  const { runId } = await accepted(scenario, simulate, { connection: connectionWith(reference) })
  return runId
}

interface Containers {
  readonly initContainerStatuses?: readonly { readonly name: string; readonly state: { readonly terminated?: { readonly message?: string } } }[]
  readonly containerStatuses?: readonly { readonly name: string; readonly state: { readonly terminated?: object; readonly running?: object } }[]
}

/** What the init container has left as its last word; undefined where the pod has none. */
export function reportIn(pod: { readonly status?: Readonly<Record<string, unknown>> } | undefined): string | undefined {
  const { initContainerStatuses = [] } = (pod?.status ?? {}) as Containers
  return initContainerStatuses.find(({ name }) => name === 'secrets')?.state.terminated?.message
}

/** Whether the program of the pod has ever run. */
export function hasRun(pod: { readonly status?: Readonly<Record<string, unknown>> } | undefined): boolean {
  const { containerStatuses = [] } = (pod?.status ?? {}) as Containers
  return containerStatuses.some(({ name, state }) => name === 'main' && (state.running ?? state.terminated) !== undefined)
}
