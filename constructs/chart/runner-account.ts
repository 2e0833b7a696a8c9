import type { Construct } from 'constructs'
import { valueOf, entriesOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { INGESTION_NAMESPACE, labels, objectName, RELEASE_NAMESPACE, RUNNER_ACCOUNT } from './names.ts'
import { runnerRules } from './runner-rules.ts'

const IS_MADE = value('serviceAccount.create')

/** The account, and its rights in the namespace of the ingestion pods. An account that the operator brings gets the same rights. */
export function runnerAccount(scope: Construct): void {
  const metadata = { name: valueOf(RUNNER_ACCOUNT), labels: labels(), annotations: entriesOf(value('serviceAccount.annotations')) }
  chartObject(
    scope,
    'service-account',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: valueOf(value('serviceAccount.automount')) },
    IS_MADE,
  )
  const inIngestion = { name: objectName(), namespace: valueOf(INGESTION_NAMESPACE), labels: labels() }
  chartObject(scope, 'role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: inIngestion, rules: runnerRules() })
  chartObject(scope, 'role-binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: inIngestion,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: objectName() },
    subjects: [{ kind: 'ServiceAccount', name: valueOf(RUNNER_ACCOUNT), namespace: valueOf(RELEASE_NAMESPACE) }],
  })
}
