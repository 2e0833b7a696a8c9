import type { Construct } from 'constructs'
import { call, named } from '../expression/values.ts'
import { valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { hookAnnotations } from './hook-annotations.ts'
import { INGESTION_NAMESPACE, labels, nameWith, objectName, RELEASE_NAMESPACE, RUNNER_ACCOUNT } from './names.ts'
import { uninstallRules } from './runner-rules.ts'

const IS_MADE = value('serviceAccount.create')
const NAME = 'uninstall'

/** An install that failed early has left no account of the release. One that the operator brings is there all the same. */
export const UNINSTALL_ACCOUNT = named('uninstall-account', call('ifElse', IS_MADE, nameWith(NAME), RUNNER_ACCOUNT))

/** What the hook of `helm uninstall` runs with: its own, so that it needs nothing of the release, and gone with it. */
export function uninstallAccount(scope: Construct): void {
  const metadata = { name: objectName(NAME), labels: labels(NAME), annotations: hookAnnotations('pre-delete', -10) }
  const inIngestion = { ...metadata, namespace: valueOf(INGESTION_NAMESPACE) }
  chartObject(
    scope,
    'uninstall-service-account',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, name: valueOf(UNINSTALL_ACCOUNT) }, automountServiceAccountToken: false },
    IS_MADE,
  )
  chartObject(scope, 'uninstall-role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: inIngestion, rules: uninstallRules() })
  chartObject(scope, 'uninstall-role-binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { ...inIngestion, annotations: hookAnnotations('pre-delete', -9) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: objectName(NAME) },
    subjects: [{ kind: 'ServiceAccount', name: valueOf(UNINSTALL_ACCOUNT), namespace: valueOf(RELEASE_NAMESPACE) }],
  })
}
