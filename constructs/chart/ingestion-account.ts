import type { PolicyRule } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when, whenFilled, entriesOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { IS_ARGO } from './executor.ts'
import { INGESTION_ACCOUNT, INGESTION_NAMESPACE, labels, objectName } from './names.ts'
import { READS_SECRETS } from './reads-secrets.ts'

/** No rule of Kubernetes tells Secrets apart but by their names. */
const NAMED_SECRETS = value('config.ingestionPods.secrets')

/**
 * The service account of the ingestion pods, and its rights: to read the Secrets that `secret:` references name, where Kubernetes is
 * the store (all of the namespace, unless the operator names them), and under Argo to tell what became of a step. With another store it has no rights in the cluster at all.
 */
export function ingestionAccount(scope: Construct): void {
  const metadata = {
    name: valueOf(INGESTION_ACCOUNT),
    namespace: valueOf(INGESTION_NAMESPACE),
    labels: labels('ingestion'),
    annotations: entriesOf(value('config.ingestionPods.serviceAccount.annotations')),
  }
  chartObject(
    scope,
    'ingestion-service-account',
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: valueOf(value('config.ingestionPods.serviceAccount.automount')),
    },
    value('config.ingestionPods.serviceAccount.create'),
  )
  ingestionRights(scope)
}

function ingestionRights(scope: Construct): void {
  const hasRights = call('or', READS_SECRETS, IS_ARGO)
  const name = objectName('ingestion')
  const metadata = { name, namespace: valueOf(INGESTION_NAMESPACE), labels: labels('ingestion') }
  const rules = [
    when(READS_SECRETS, { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: whenFilled(NAMED_SECRETS) as never }),
    when(IS_ARGO, { apiGroups: ['argoproj.io'], resources: ['workflowtaskresults'], verbs: ['create', 'patch'] }),
  ]
  chartObject(
    scope,
    'ingestion-role',
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: rules satisfies Marked<PolicyRule>[] },
    hasRights,
  )
  chartObject(
    scope,
    'ingestion-role-binding',
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: valueOf(INGESTION_ACCOUNT), namespace: valueOf(INGESTION_NAMESPACE) }],
    },
    hasRights,
  )
}
