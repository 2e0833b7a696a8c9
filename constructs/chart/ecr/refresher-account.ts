import type { Construct } from 'constructs'
import type { Expression } from '../../expression/expression.ts'
import { call, named } from '../../expression/values.ts'
import { entriesOf, valueOf } from '../../tree/marks.ts'
import { value } from '../../values/value.ts'
import { chartObject } from '../chart-object.ts'
import { IS_ACCOUNT_MADE, REFRESHER_ACCOUNT } from './account-name.ts'
import { FULL_NAME, INGESTION_NAMESPACE, RELEASE_NAMESPACE } from '../names.ts'

/** The vendor's name, which ingestion pods and runners pull with. Releases of one namespace share it. */
export const PULL_SECRET = 'omd-registry-credentials'
export const HAS_REFRESHER = value('ecrRegistryHelper.enabled')

/** Whether the ingestion pods live apart from the release: then the pull secret is needed there, too. */
export const IS_INGESTION_APART = call('not', call('equals', INGESTION_NAMESPACE, RELEASE_NAMESPACE))

/** Short enough for a CronJob with a suffix. */
const NAME = named('fullname-ecr', call('concat', call('truncated', FULL_NAME, 39), '-ecr'))

/** Name of an object of the refresher. */
export function refresherName(suffix?: string): string {
  return valueOf(suffix === undefined ? NAME : call('concat', NAME, `-${suffix}`))
}

/** Hooks run before the release's own account is there, or where it was never made. An account that the operator brings is there already. */
export const HOOK_ACCOUNT = named(
  'ecr-hook-service-account',
  call('ifElse', IS_ACCOUNT_MADE, call('concat', call('truncated', REFRESHER_ACCOUNT, 58), '-hook'), REFRESHER_ACCOUNT),
)
/** The same for the removal, which asks AWS for nothing: no trust policy names its account. */
export const REMOVAL_ACCOUNT = named('ecr-removal-service-account', call('ifElse', IS_ACCOUNT_MADE, call('concat', NAME, '-removal'), REFRESHER_ACCOUNT))

interface AccountOptions {
  /** Of the objects' ids and, where it is not empty, their names. */
  readonly id: string
  readonly suffix?: string
  readonly account: Expression
  readonly verbs: readonly string[]
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations?: Record<string, string> }
  readonly bindingMetadata: { readonly labels: Record<string, string>; readonly annotations?: Record<string, string> }
}

/** An account that may do `verbs` with the pull secret alone, in each namespace that needs it. An account of the operator's gets the same rights. */
export function refresherAccount(scope: Construct, options: AccountOptions): void {
  const { id, account, metadata } = options
  const annotations = { ...entriesOf(value('ecrRegistryHelper.serviceAccount.annotations')), ...metadata.annotations }
  chartObject(
    scope,
    `${id}-service-account`,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, name: valueOf(account), annotations }, automountServiceAccountToken: true },
    call('and', HAS_REFRESHER, IS_ACCOUNT_MADE),
  )
  rightsIn(scope, options, '', RELEASE_NAMESPACE, HAS_REFRESHER)
  rightsIn(scope, options, '-ingestion', INGESTION_NAMESPACE, call('and', HAS_REFRESHER, IS_INGESTION_APART))
}

/**
 * `create` counts by name here although a plain create cannot be limited to one: a server-side apply says the name in its path, and is
 * checked against it. So no other Secret can be made, read, changed or deleted with these rights.
 */
function rightsIn(scope: Construct, options: AccountOptions, where: string, namespace: Expression, isThere: Expression): void {
  const { id, suffix, account, verbs, metadata, bindingMetadata } = options
  const named = { name: refresherName(suffix), namespace: valueOf(namespace) }
  chartObject(
    scope,
    `${id}${where}-role`,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { ...metadata, ...named },
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [PULL_SECRET], verbs: [...verbs] }],
    },
    isThere,
  )
  chartObject(
    scope,
    `${id}${where}-role-binding`,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { ...bindingMetadata, ...named },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: refresherName(suffix) },
      subjects: [{ kind: 'ServiceAccount', name: valueOf(account), namespace: valueOf(RELEASE_NAMESPACE) }],
    },
    isThere,
  )
}
