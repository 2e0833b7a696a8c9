import type { V1Container, V1EnvVar, V1PodSpec } from '@kubernetes/client-node'
import { PAYLOAD_DIRECTORY, PAYLOAD_FILE } from './entry-point.ts'
import { bracesFor, withoutTemplates } from './literal.ts'
import { PAYLOAD_KEY, REFERENCES_KEY } from '../payload.ts'
import type { Policy, RunnerImage } from '../policy.ts'
import { secretsModeFor } from '../secrets-check.ts'
import type { SecretsMode } from '../secrets-check.ts'
import { loaderVariables } from '../secrets-manager.ts'
import { stableJson } from '../stable-json.ts'
import type { Workload } from './workload.ts'

/** Name of the init container that looks at the references of a run. */
export const SECRETS_CONTAINER = 'secrets'

/** The variable with the references, a JSON list. Where the payload is a mounted file, they are the file beside it. */
export const REFERENCES_VARIABLE = 'SECRET_REFERENCES'

/** A volume in memory, in which the config lies with the values in the place of its references. */
export const RESOLVED_VOLUME = 'resolved-payload'
const RESOLVED_DIRECTORY = '/run/hybrid-runner/resolved'
export const RESOLVED_FILE = `${RESOLVED_DIRECTORY}/${PAYLOAD_KEY}`
/** Far above what a payload and its values take, and little enough for a node. */
const RESOLVED_SIZE_LIMIT = '16Mi'

/** Within what the smallest pods reserve by themselves: the pod asks its node for no more than without it. */
const RESOURCES = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } } as const

/** The init containers of a workload's pod: one, when its request holds references and the policy wants them looked at. */
export function secretsContainers({ payload }: Pick<Workload, 'payload'>, policy: Policy): Pick<V1PodSpec, 'initContainers'> {
  const mode = secretsModeFor(payload, policy)
  return mode === undefined || policy.runnerImage === null ? {} : { initContainers: [secretsContainer(payload, mode, policy, policy.runnerImage)] }
}

function secretsContainer(payload: Workload['payload'], mode: SecretsMode, policy: Policy, image: RunnerImage): V1Container {
  const volumeMounts = [
    ...(payload.delivery === 'file' ? [{ name: 'payload', mountPath: PAYLOAD_DIRECTORY, readOnly: true }] : []),
    ...(mode === 'resolve' ? [{ name: RESOLVED_VOLUME, mountPath: RESOLVED_DIRECTORY }] : []),
  ]
  return {
    name: SECRETS_CONTAINER,
    image: image.name,
    imagePullPolicy: image.pullPolicy,
    args: ['secrets'],
    env: environment(payload, mode, policy),
    resources: { requests: { ...RESOURCES.requests }, limits: { ...RESOURCES.limits } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, runAsNonRoot: true },
    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
  }
}

/** As the program in the main container has it, so that both find the same store, region and proxy. */
function environment({ secretName, delivery }: Workload['payload'], mode: SecretsMode, policy: Policy): V1EnvVar[] {
  const fromPayload = (name: string, key: string): V1EnvVar => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } })
  const own: V1EnvVar[] = [
    ...(delivery === 'env' ? [fromPayload(PAYLOAD_KEY, PAYLOAD_KEY), fromPayload(REFERENCES_VARIABLE, REFERENCES_KEY)] : []),
    { name: 'SECRETS_CHECK', value: mode },
    { name: 'SECRETS_MANAGER', value: policy.secretsManager },
  ]
  const extras = policy.extraEnvs.filter(({ name }) => !SECRETS_VARIABLES.includes(name))
  const all: V1EnvVar[] = [
    ...own,
    ...loaderVariables(policy.secretsManager, policy.namespace, extras),
    ...extras.map(({ name, value }) => ({ name, value: withoutTemplates(value, policy.executor) })),
  ]
  return [...bracesFor(all, policy.executor), ...all]
}

/** What of its environment makes it look where it is told to, write where it is read, and do nothing else: the runner's alone to set. */
export const SECRETS_VARIABLES: readonly string[] = [
  PAYLOAD_KEY,
  REFERENCES_VARIABLE,
  'SECRETS_CHECK',
  'SECRETS_MANAGER',
  'NODE_OPTIONS',
  'TERMINATION_LOG',
  'RESOLVED_CONFIG_FILE',
]

/**
 * The container `secrets` with what the operator's own fields gave to the main container: variables, such as the name of a vault, and
 * mounts, such as certificates.
 *
 * @param before the main container without those fields
 * @param after the main container with them
 */
export function besideProgram(container: V1Container, before: V1Container, after: V1Container): V1Container {
  const env = byName([...(container.env ?? []), ...news(before.env, after.env).filter(({ name }) => !SECRETS_VARIABLES.includes(name))])
  const envFrom = [...(container.envFrom ?? []), ...news(before.envFrom, after.envFrom)]
  const volumeMounts = [...(container.volumeMounts ?? []), ...news(before.volumeMounts, after.volumeMounts)]
  return { ...container, env, ...(envFrom.length === 0 ? {} : { envFrom }), ...(volumeMounts.length === 0 ? {} : { volumeMounts }) }
}

/** The operator's patch of pods for this one: what it says of the container `secrets` holds where there is one, and makes none elsewhere. */
export function patchFor(patch: unknown, own: readonly V1Container[] | undefined): unknown {
  const initContainers: unknown = Reflect.get(Object(patch), 'initContainers')
  if (own?.some(({ name }) => name === SECRETS_CONTAINER) === true || !Array.isArray(initContainers)) return patch
  return { ...Object(patch), initContainers: initContainers.filter((one: unknown) => Reflect.get(Object(one), 'name') !== SECRETS_CONTAINER) }
}

function news<Element>(before: readonly Element[] = [], after: readonly Element[] = []): readonly Element[] {
  const known = new Set(before.map(stableJson))
  return after.filter((element) => !known.has(stableJson(element)))
}

/** The last of each name, in the place of the first. */
function byName(variables: readonly V1EnvVar[]): V1EnvVar[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()]
}

/** The file that the program reads its config from; undefined when the kubelet sets the variable. */
export function payloadFileOf(payload: Workload['payload'], policy: Policy): string | undefined {
  if (secretsModeFor(payload, policy) === 'resolve') return RESOLVED_FILE
  return payload.delivery === 'file' ? PAYLOAD_FILE : undefined
}

/** What the main container mounts of its payload: where it is resolved, the outcome alone. */
export function payloadMounts(payload: Workload['payload'], policy: Policy): Pick<V1Container, 'volumeMounts'> {
  if (secretsModeFor(payload, policy) === 'resolve') {
    return { volumeMounts: [{ name: RESOLVED_VOLUME, mountPath: RESOLVED_DIRECTORY, readOnly: true }] }
  }
  return payload.delivery === 'file' ? { volumeMounts: [{ name: 'payload', mountPath: PAYLOAD_DIRECTORY, readOnly: true }] } : {}
}

/** The volumes that bring a payload: its Secret, when it is too large for an environment variable, and the place of what is resolved. */
export function payloadVolumes(payload: Workload['payload'], policy: Policy): Pick<V1PodSpec, 'volumes'> {
  const volumes = [
    ...(payload.delivery === 'file' ? [{ name: 'payload', secret: { secretName: payload.secretName, defaultMode: PAYLOAD_FILE_MODE } }] : []),
    ...(secretsModeFor(payload, policy) === 'resolve' ? [{ name: RESOLVED_VOLUME, emptyDir: { medium: 'Memory', sizeLimit: RESOLVED_SIZE_LIMIT } }] : []),
  ]
  return volumes.length === 0 ? {} : { volumes }
}

/** Readable by user and group. */
const PAYLOAD_FILE_MODE = 0o440
