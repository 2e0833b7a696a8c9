import type { V1Secret } from '@kubernetes/client-node'
import { dnsSubdomainRule } from '../../compiler/kubernetes-names.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { type ClusterError, isClusterError } from '../cluster/cluster-error.ts'
import { NoClusterError } from '../cluster/no-cluster-error.ts'
import type { ReadSecret } from '../cluster/read-secret.ts'
import { networkCode } from './network-code.ts'
import { quoted, type SecretStore, type SecretTrouble } from './secret-store.ts'
import { textOf } from './text-of.ts'

const TOKEN_MOUNT = 'let it mount one: config.ingestionPods.serviceAccount.automount, or automountSAToken beside it, is false'

/** The one key of a Secret that the ingestion image looks at. */
const KEY = 'value'
/** That a message names. */
const MOST_KEYS = 5

/**
 * Secrets of one namespace, each with its value under the key `value`.
 *
 * Guarantees: a name that a Secret can have is asked for first. A path, which has a `/`, is looked for under its sanitised name, too, as
 * ingestion images did when they wrote Secrets themselves; no other text is.
 */
export function kubernetesStore(namespace: string, connect: () => ReadSecret): SecretStore {
  let reader: ReadSecret | undefined
  return {
    store: 'Kubernetes',
    read: async (name, signal) => {
      const names = namesInKubernetes(name)
      if (names.length === 0) return err(invalidName(name))
      try {
        reader ??= connect()
        for (const one of names) {
          const secret = await reader(one, signal)
          if (secret !== undefined) return valueOf(secret, one, namespace)
        }
        return err(missing(name, names.at(-1) ?? name, namespace))
      } catch (error) {
        return err(troubleOf(error, name, namespace))
      }
    },
    warning: (name) => {
      const [first] = namesInKubernetes(name)
      if (first === undefined || first === name) return undefined
      return `the Secret is called ${quoted(first)}; newer ingestion images ask for ${quoted(name)} as it stands and do not find it: write secret:${first}`
    },
  }
}

/** The names of Secrets that a reference may mean, the nearest first. */
export function namesInKubernetes(name: string): string[] {
  const candidates = name.includes('/') ? [name, sanitised(name)] : [name]
  return [...new Set(candidates)].filter((candidate) => dnsSubdomainRule(candidate) === undefined)
}

/** `/my/Database/password` -> `my-database-password` */
function sanitised(path: string): string {
  return path
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function valueOf({ data = {} }: V1Secret, name: string, namespace: string): Result<string, SecretTrouble> {
  const encoded = data[KEY]
  const where = `the Secret ${quoted(name)} in namespace ${namespace}`
  if (encoded === undefined) {
    return err({ problem: 'missing', message: `${where} has no key ${quoted(KEY)}${onlyKeys(Object.keys(data))}; put the value there` })
  }
  const text = textOf(Buffer.from(encoded, 'base64'))
  if (text === undefined) return err({ problem: 'binary', message: `${where} holds under ${quoted(KEY)} what is no UTF-8 text; store the value as text` })
  return text === '' ? err({ problem: 'empty', message: `${where} holds nothing under ${quoted(KEY)}; put the value there` }) : ok(text)
}

/** Of keys alone, which are names of files or variables. */
function onlyKeys(keys: readonly string[]): string {
  if (keys.length === 0) return ''
  const others = keys.length - MOST_KEYS
  return `, only ${keys.slice(0, MOST_KEYS).map(quoted).join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}

function invalidName(name: string): SecretTrouble {
  const message = `no Secret can have the name ${quoted(name)}: it ${dnsSubdomainRule(name) ?? ''}; name the Secret as it is called in Kubernetes`
  return { problem: 'invalid-name', message }
}

function missing(name: string, asked: string, namespace: string): SecretTrouble {
  const tried = asked === name ? quoted(name) : `${quoted(asked)} (for ${quoted(name)})`
  const mend = `create it (kubectl -n ${namespace} create secret generic ${asked} --from-literal=${KEY}=...), or mend the reference in Collate`
  return { problem: 'missing', message: `there is no Secret ${tried} in namespace ${namespace}; ${mend}` }
}

function troubleOf(error: unknown, name: string, namespace: string): SecretTrouble {
  if (error instanceof NoClusterError) {
    const message = `the pod has no token of its service account to ask Kubernetes for ${quoted(name)} with; ${TOKEN_MOUNT} (outside of a pod: ${error.message})`
    return { problem: 'no-credentials', message }
  }
  if (!isClusterError(error))
    return { problem: 'other', message: `reading the Secret ${quoted(name)} failed: ${error instanceof Error ? error.name : 'unknown'}` }
  return ofClusterError(error, name, namespace)
}

function ofClusterError(error: ClusterError, name: string, namespace: string): SecretTrouble {
  const what = `the Secret ${quoted(name)} in namespace ${namespace}`
  switch (error.code) {
    case 'Forbidden':
    case 'Rejected':
      return {
        problem: 'denied',
        message: `${accountIn(error.message)} may not read ${what}: allow it the verb get on secrets there, by a Role and a RoleBinding`,
      }
    case 'Unauthorized': {
      const mend = 'see that its service account is still there, and run the pipeline again'
      return { problem: 'expired-token', message: `Kubernetes does not accept the token that should read ${what}; ${mend}` }
    }
    case 'Throttled': {
      const wish = error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }
      return { problem: 'throttled', message: `the API server has no time to read ${what}; it is asked for less, or given more`, ...wish }
    }
    case 'Unavailable':
      return { problem: 'unreachable', message: `the API server does not answer to the question for ${what} (${shown(error)})` }
    default:
      return { problem: 'other', message: `the API server refuses to read ${what} (${shown(error)})` }
  }
}

/** Not the text of the answer, which may be part of a Secret. */
function shown(error: ClusterError): string {
  return error.status === undefined ? (networkCode(error) ?? 'no JSON came') : `HTTP ${error.status}, ${error.code}`
}

/** The account as the API server names it in its refusal. */
function accountIn(message: string): string {
  const [, namespace, account] = /system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)"/.exec(message) ?? []
  return account === undefined ? 'this account' : `the service account ${account} of namespace ${namespace}`
}
