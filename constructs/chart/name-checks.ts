import type { Expression } from '../expression/expression.ts'
import { call, literal } from '../expression/values.ts'
import { value } from '../values/value.ts'
import type { Check } from './check.ts'
import { TAKEN_IDENTITY } from './pod-identity.ts'
import { CUSTOM_CONFIG_FOLDER, HAS_CUSTOM_CONFIG } from './pod-variables.ts'
import { EXTRA_CA_FOLDER, HAS_EXTRA_CA } from './extra-ca.ts'
import { IS_TOKEN_MOUNTED, TOKEN_FOLDER } from './token.ts'
import { OPERATORS_OWN } from './variable.ts'

const VARIABLE_TWICE = 'stands there twice, and only the last would count. Take one out'
const VOLUME_OF_CHART = "is the name of a volume of the chart's. Give yours another name, here and in volumeMounts"
const VOLUME_TWICE = 'stands there twice, which Kubernetes refuses. Give each volume a name of its own'
const PULL_SECRET_TWICE = 'stands there twice, which Kubernetes refuses. Take one out'
const MOUNT_OF_CHART = 'is where the chart mounts a volume of its own. Mount yours at another path'
const MOUNT_TWICE = 'stands there twice, which Kubernetes refuses. Mount each volume at a path of its own'

/** What the chart brings into the runner's pod, and when. */
const BROUGHT: readonly { readonly when: Expression; readonly volume: string; readonly folder: string }[] = [
  { when: IS_TOKEN_MOUNTED, volume: 'auth-token', folder: TOKEN_FOLDER },
  { when: HAS_CUSTOM_CONFIG, volume: 'ingestion-config', folder: CUSTOM_CONFIG_FOLDER },
  { when: HAS_EXTRA_CA, volume: 'extra-ca', folder: EXTRA_CA_FOLDER },
]

/** Names of which there can be one: variables, volumes, and the places where they are mounted. */
export function nameChecks(): Check[] {
  const volumes = taken(({ volume }) => ({ [volume]: VOLUME_OF_CHART }))
  const folders = taken(({ folder }) => ({ [folder]: MOUNT_OF_CHART, [`${folder}/`]: MOUNT_OF_CHART }))
  const ofRefresher = value('ecrRegistryHelper.extraEnvs')
  return [
    nameCheck(OPERATORS_OWN, 'name', 'extraEnvs', TAKEN_IDENTITY, VARIABLE_TWICE),
    nameCheck(ofRefresher, 'name', 'ecrRegistryHelper.extraEnvs', literal({}), VARIABLE_TWICE),
    ...(['imagePullSecrets', 'argoWorkflows.images.pullSecrets'] as const).map((path) => nameCheck(value(path), 'name', path, literal({}), PULL_SECRET_TWICE)),
    nameCheck(value('volumes'), 'name', 'volumes', volumes, VOLUME_TWICE),
    nameCheck(value('volumeMounts'), 'mountPath', 'volumeMounts', folders, MOUNT_TWICE),
  ]
}

function taken(messages: (brought: (typeof BROUGHT)[number]) => Readonly<Record<string, string>>): Expression {
  return BROUGHT.reduce<Expression>((all, one) => call('merged', all, call('ifElse', one.when, literal(messages(one)), literal({}))), literal({}))
}

function nameCheck(list: Expression, field: string, path: string, takenNames: Expression, repeated: string): Check {
  const problems = call('nameProblems', list, field, path, takenNames, repeated)
  return { when: problems, problems }
}
