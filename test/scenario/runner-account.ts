import type { Executor } from '../../compiler/policy/executor.ts'
import { RUNNER_PERMISSIONS } from '../../compiler/permissions.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { writeServiceAccountKubeconfig } from '../cluster/service-account.ts'

export const RUNNER_ACCOUNT = 'hybrid-ingestion-runner'
export const INGESTION_ACCOUNT = 'ingestion'

/** What the runner may do in the namespace of the ingestion pods, and nothing else: that it is enough is shown by every scenario. */
export const RUNNER_RULES = rulesFor(undefined)

/** Beside them, where Argo runs the pods. */
export const RUNNER_RULES_FOR_ARGO = rulesFor('argo')

function rulesFor(wanted: Executor | undefined) {
  return RUNNER_PERMISSIONS.filter(({ executor }) => executor === wanted).map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs }))
}

/** Creates the runner's and the ingestion pods' accounts; gives the path of a kubeconfig that speaks as the runner. */
export async function createAccounts(cluster: Cluster, namespace: string, rules: readonly object[] = RUNNER_RULES): Promise<string> {
  const create = async (group: string, resource: string, body: object): Promise<void> => {
    await callJson(cluster.api, { method: 'POST', path: `${group}/namespaces/${namespace}/${resource}`, body })
  }
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  for (const name of [RUNNER_ACCOUNT, INGESTION_ACCOUNT]) {
    await create('/api/v1', 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })
  }
  await create(rbac, 'roles', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: RUNNER_ACCOUNT }, rules })
  await create(rbac, 'rolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: RUNNER_ACCOUNT },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: RUNNER_ACCOUNT },
    subjects: [{ kind: 'ServiceAccount', name: RUNNER_ACCOUNT, namespace }],
  })
  return writeServiceAccountKubeconfig(cluster, namespace, RUNNER_ACCOUNT)
}
