import { evaluate } from '../expression/evaluate.ts'
import type { Expression, Scope } from '../expression/expression.ts'
import { textOf } from '../expression/functions.ts'
import { call, isGiven, literal, named, valueAt } from '../expression/values.ts'
import { chartValues } from '../values/chart-values.ts'
import { type Described, describe } from '../values/described.ts'
import { value } from '../values/value.ts'
import { BUDGET_WARNINGS } from './budget-checks.ts'
import { HAS_KEY_IN_VALUES } from './ecr/credentials.ts'
import { REFRESHER_ACCOUNT } from './ecr/account-name.ts'
import { IS_ARGO } from './executor.ts'
import { executorWarnings } from './executor-checks.ts'
import { INGESTION_ACCOUNT, RUNNER_ACCOUNT } from './names.ts'
import { READS_SECRETS } from './reads-secrets.ts'
import { IS_TAG_OF_OTHERS } from './runner-image.ts'
import { HAS_SEVERAL_IN_ONE, MOUNTS_TOKEN } from './pod-variables.ts'
import { IS_SERVER_UNNAMED } from './server-address.ts'
import { tableWarnings } from './table-checks.ts'
import { OPERATORS_OWN } from './variable.ts'
import { VARIABLE_WARNINGS } from './variable-warnings.ts'
import type { Warning } from './warning.ts'

const ofOperator = (name: string): Expression => call('hasName', OPERATORS_OWN, name)
const OWN_TOKEN = call('valueOfName', OPERATORS_OWN, 'AUTH_TOKEN')

const POD_ACCOUNT_MOUNTS = value('config.ingestionPods.serviceAccount.automount')
/** In letters of any case, as the runner reads it. */
const podsSay = (word: 'true' | 'false'): Expression => {
  const letters = [...word].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('')
  return call('matches', `^${letters}$`, call('text', MOUNTS_TOKEN))
}

const DELAY = value('config.reconnectDelaySeconds')

/** A password in the address of a proxy, which is a variable of every pod of the chart. */
function ofProxy(key: 'httpsProxy' | 'httpProxy', variable: string): Warning {
  return {
    when: call('contains', '@', value(`config.proxy.${key}`)),
    text: `config.proxy.${key} holds a password, which stands in the pods of the chart in clear text, and which Helm keeps with the release. Better put the address into a Secret and give it as ${variable} in extraEnvs, by valueFrom.secretKeyRef.`,
  }
}

const FIXED: readonly Warning[] = [
  {
    when: call('and', call('isSet', value('config.useSecureProtocols')), call('not', value('config.useSecureProtocols'))),
    text: 'config.useSecureProtocols is false: the token crosses the network in clear text. Set it to true.',
  },
  {
    when: value('config.authToken'),
    text: 'config.authToken is given as a value, which Helm keeps with the release. Better put it into a Secret and name that in config.authTokenSecret.',
  },
  {
    when: call('and', OWN_TOKEN, call('not', call('matches', '^secret:', OWN_TOKEN)), call('not', call('contains', '$(', OWN_TOKEN))),
    text: 'extraEnvs[AUTH_TOKEN] stands in the Deployment in clear text. Better put the token into a Secret and name that in config.authTokenSecret.',
  },
  {
    when: call('and', value('ecrRegistryHelper.enabled'), HAS_KEY_IN_VALUES),
    text: 'ecrRegistryHelper.collateCredentials.values holds a key, which Helm keeps with the release. Better put it into a Secret and name that in secretRef beside it.',
  },
  ofProxy('httpsProxy', 'HTTPS_PROXY'),
  ofProxy('httpProxy', 'HTTP_PROXY'),
  {
    when: call('and', READS_SECRETS, call('or', podsSay('false'), call('and', call('not', podsSay('true')), call('not', POD_ACCOUNT_MOUNTS)))),
    text: 'config.ingestionPods: the pods mount no token of their account, and so read no Secret, where config.secretsManager says that the secrets lie. Take automount: false and automountSAToken: false out, or keep the secrets in another store.',
  },
  {
    when: IS_SERVER_UNNAMED,
    text: 'config.serverHost is still the example. Give the host of your Collate.',
  },
  {
    when: IS_TAG_OF_OTHERS,
    text: "image.tag is not this chart's version, though image.repository is its own. Take it out, unless you chose another version of this runner.",
  },
  {
    when: call('and', IS_ARGO, ofOperator('SIMPLEK8S_PIPELINE_TYPE_CONFIGS')),
    text: 'extraEnvs sets SIMPLEK8S_PIPELINE_TYPE_CONFIGS, which the Argo executor does not read. Write ARGO_PIPELINE_TYPE_CONFIGS, or config.ingestionPods.additionalPipelineConfigs for either.',
  },
  {
    when: call('and', call('not', IS_ARGO), ofOperator('ARGO_PIPELINE_TYPE_CONFIGS')),
    text: 'extraEnvs sets ARGO_PIPELINE_TYPE_CONFIGS, which the Simple Kubernetes executor does not read. Write SIMPLEK8S_PIPELINE_TYPE_CONFIGS, or config.ingestionPods.additionalPipelineConfigs for either.',
  },
  {
    when: call('equals', RUNNER_ACCOUNT, 'default'),
    text: 'serviceAccount: the runner has the account "default", and so its rights belong to every pod of the namespace that names no account. Set serviceAccount.create to true, or name an account of its own in serviceAccount.name.',
  },
  {
    when: call('and', call('equals', INGESTION_ACCOUNT, 'default'), call('not', value('config.ingestionPods.namespace'))),
    text: 'config.ingestionPods.serviceAccount.name is "default", and so the rights of ingestion belong to every pod of the namespace that names no account. Name an account of its own.',
  },
  {
    when: call('and', value('ecrRegistryHelper.enabled'), call('equals', REFRESHER_ACCOUNT, 'default')),
    text: 'ecrRegistryHelper.serviceAccount: the pull secret is kept under the account "default", and so every pod of the namespace that names no account may change it. Set ecrRegistryHelper.serviceAccount.create to true, or name an account of its own.',
  },
  {
    when: call('and', value('serviceAccount.create'), call('equals', value('serviceAccount.automount'), false), call('not', value('volumes'))),
    text: "serviceAccount.automount is false: the runner has no token for the cluster's API. Set it to true, or mount one by volumes and volumeMounts.",
  },
  {
    when: call('and', value('prometheusRules.enabled'), call('not', value('serviceMonitor.enabled'))),
    text: 'prometheusRules.enabled without serviceMonitor.enabled: HybridAgentDown fires while the runner is well, unless something else has Prometheus scrape it. Set serviceMonitor.enabled to true.',
  },
  {
    when: call('moreQuantity', DELAY, '60'),
    text: 'config.reconnectDelaySeconds counts as 60, the longest mean wait before the link is tried again. Write 60 or less.',
  },
  {
    when: call('moreQuantity', '0.1', DELAY),
    text: 'config.reconnectDelaySeconds counts as 0.1, the shortest mean wait before the link is tried again. Write 0.1 or more.',
  },
  {
    when: HAS_SEVERAL_IN_ONE,
    text: 'config.ingestionPods.extraEnvs: behind a comma in an item stands what could be a variable of its own. It belongs to the value of that item. Where it was meant as a variable, write it as an item.',
  },
  ...BUDGET_WARNINGS,
  ...VARIABLE_WARNINGS,
]

/** Of every value that is taken and has no effect, or another name. One that says nothing, as in values files that list them all, is passed over. */
function fromSchema(described: readonly Described[]): Warning[] {
  return described.flatMap(({ path, parts, mend, isDead, default: fallback }): Warning[] => {
    if (parts !== undefined) return fromSchema(parts)
    if (mend === undefined) return []
    const given = valueAt(...path)
    const says = isDead === true ? given : isGiven(given)
    const when = fallback === undefined ? says : call('and', says, call('not', call('equals', given, literal(fallback))))
    return [{ when, text: `${path.join('.')}${isDead === true ? ' has no effect' : ''}: ${mend}.` }]
  })
}

/** The keys that were written of the vendor's sub-chart and that this one does not have. */
function ofSubChart(described: readonly Described[]): Warning[] {
  const argo = described.find(({ key }) => key === 'argoWorkflows')
  return [argo, ...(argo?.parts ?? [])].flatMap((part): Warning[] => {
    if (part?.parts === undefined) return []
    const others = call('without', valueAt(...part.path), ...part.parts.map(({ key }) => key))
    return [
      {
        when: others,
        text: call(
          'concat',
          `${part.path.join('.')}: these belong to a sub-chart that this chart does not bring, and have no effect: `,
          call('joined', call('keys', others), ', '),
          `. Those that have one: ${part.parts.flatMap(({ key, isDead }) => (isDead === true ? [] : [key])).join(', ')}.`,
        ),
      },
    ]
  })
}

export function warnings(): Warning[] {
  const described = describe(chartValues)
  return [...FIXED, ...executorWarnings(), ...tableWarnings(), ...fromSchema(described), ...ofSubChart(described)]
}

/** All that hold for these values, one a line: for the notes of an install, and for the log of the runner, where others look. */
export const WARNINGS_TEXT = named(
  'warnings',
  call('concat', ...warnings().map(({ when, text }) => call('ifElse', when, typeof text === 'string' ? `${text}\n` : call('concat', text, '\n'), ''))),
)

/** The same, from our own evaluation. */
export function warningsOf(scope: Scope): string[] {
  return textOf(evaluate(WARNINGS_TEXT, scope))
    .split('\n')
    .filter((line) => line !== '')
}
