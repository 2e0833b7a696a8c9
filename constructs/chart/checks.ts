import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import { BUDGET_CHECKS } from './budget-checks.ts'
import type { Check } from './check.ts'
import { customChecks } from './custom-checks.ts'
import { EXECUTOR_CHECKS } from './executor-checks.ts'
import { nameChecks } from './name-checks.ts'
import { FULL_NAME, INGESTION_ACCOUNT } from './names.ts'
import { ownResourceChecks } from './own-resources.ts'
import { podResourceChecks } from './pod-resources.ts'
import { PORT_CHECKS } from './port-checks.ts'
import { tableChecks } from './table-checks.ts'
import { textChecks } from './text-checks.ts'
import { value } from '../values/value.ts'
import { HAS_HALF_A_KEY, HAS_KEY, HAS_ROLE } from './ecr/credentials.ts'
import { OPERATORS_OWN } from './variable.ts'

const all = (...parts: Expression[]): Expression => call('and', ...parts)
const not = (part: Expression): Expression => call('not', part)

const TOKEN = value('config.authToken')
const TOKEN_SECRET = value('config.authTokenSecret.name')
const HAS_TOKEN = call(
  'or',
  TOKEN,
  TOKEN_SECRET,
  call('hasName', OPERATORS_OWN, 'AUTH_TOKEN'),
  call('hasName', OPERATORS_OWN, 'AUTH_TOKEN_FILE'),
  value('envFrom'),
)

const HELPER = value('ecrRegistryHelper.enabled')
const REGISTRY = value('ecrRegistryHelper.registry')
const REGION = value('ecrRegistryHelper.region')

/** Where the vendor's chart finds his runner. In another registry it is not to be told from a mirror of ours. */
const VENDORS_RUNNER = '118146679784.dkr.ecr.eu-west-1.amazonaws.com/hybrid-ingestion-runner'

/** Values that need each other. */
const TOGETHER: readonly Check[] = [
  {
    when: not(HAS_TOKEN),
    isAbsence: true,
    path: 'config.authToken',
    message: "is missing. Put the ingestion bot's token into a Secret and name it in config.authTokenSecret.name and .key, or give it here",
  },
  {
    when: all(value('config.authTokenSecret.key'), not(TOKEN_SECRET), not(TOKEN)),
    path: 'config.authTokenSecret.name',
    message: 'is missing, though a key is given. Name the Secret that holds the token',
  },
  {
    when: all(HELPER, call('or', HAS_HALF_A_KEY, not(call('or', HAS_KEY, HAS_ROLE)))),
    isAbsence: true,
    path: 'ecrRegistryHelper.collateCredentials',
    message:
      'has no AWS key. Give values.accessKeyId and values.secretAccessKey as Collate provides them, or name a Secret in secretRef, or bind a role of AWS in ecrRegistryHelper.serviceAccount, or set ecrRegistryHelper.enabled to false where images come from your own registry',
  },
  {
    when: all(HELPER, REGION, call('contains', '.dkr.ecr.', REGISTRY), not(call('contains', call('concat', '.', REGION, '.'), REGISTRY))),
    path: 'ecrRegistryHelper.region',
    message: 'is not the region in ecrRegistryHelper.registry, where a token of another region is worth nothing. Give both the same region',
  },
  {
    when: call('contains', VENDORS_RUNNER, value('image.repository')),
    path: 'image.repository',
    message:
      "is the vendor's runner, which this chart does not start. Take image.repository, image.tag and image.pullPolicy out of your values, or name a mirror of this chart's own image",
  },
  {
    when: all(value('config.ingestionPods.namespace'), call('equals', INGESTION_ACCOUNT, 'default')),
    path: 'config.ingestionPods.serviceAccount.name',
    message: 'is "default", to which every pod of that namespace would get the rights of ingestion. Name an account of its own',
  },
  {
    when: all(not(value('config.ingestionPods.tag')), not(call('hasName', OPERATORS_OWN, 'INGESTION_IMAGE'))),
    path: 'config.ingestionPods.tag',
    message: "is empty. Name the tag of the ingestion pods' image; the server's version takes its place where dynamicIngestionVersionEnabled is not false",
  },
  {
    when: all(not(value('fullnameOverride')), not(call('matches', '^[a-z]([-a-z0-9]*[a-z0-9])?$', FULL_NAME))),
    path: 'fullnameOverride',
    message: "is missing. The release's name begins with a digit or holds a dot, and a Service may not. Name the objects here, with a letter first",
  },
]

/** What no schema can say in words. All that are wrong are told at once. */
export const CHECKS: readonly Check[] = [
  ...TOGETHER,
  ...PORT_CHECKS,
  ...BUDGET_CHECKS,
  ...EXECUTOR_CHECKS,
  ...textChecks(),
  ...nameChecks(),
  ...podResourceChecks(),
  ...ownResourceChecks(),
  ...tableChecks(),
  ...customChecks(),
]
