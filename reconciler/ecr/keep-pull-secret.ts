import { isClusterError } from '../cluster/cluster-error.ts'
import type { PullSecrets } from '../cluster/pull-secrets.ts'
import { clusterFailure } from './cluster-failure.ts'
import { heldAnnotation, holdersOf, pullSecret, type RegistryToken } from './pull-secret.ts'
import type { PullSecretPlace } from './refresh-settings.ts'

/** What came of one namespace, in words. */
export interface NamespaceOutcome {
  readonly isGood: boolean
  readonly words: string
}

/** Writes the token into every namespace, in place: there is no moment without a pull secret. One that fails holds up no other. */
export async function writePullSecrets(secrets: PullSecrets, place: PullSecretPlace, registry: string, token: RegistryToken): Promise<NamespaceOutcome[]> {
  const until = token.expiresAt === undefined ? '' : `, valid until ${token.expiresAt}`
  return inEach(place, async (namespace) => {
    await secrets.apply(pullSecret(namespace, place, registry, token), `ecr-refresh-${place.holder}`)
    return `pull secret ${place.secret} for ${registry} is written${until}`
  })
}

const TRIES = 5

/** Lets go of the Secret, and deletes it where nobody else holds it. One that was never held is not ours, and stays. */
export async function letGoOfPullSecrets(secrets: PullSecrets, place: PullSecretPlace): Promise<NamespaceOutcome[]> {
  return inEach(place, async (namespace) => {
    const left = await secrets.takeOff(namespace, place.secret, heldAnnotation(place.holder))
    if (left === undefined) return `no pull secret ${place.secret} is kept for ${place.keptFor}`
    return deleteUnlessHeld(secrets, place, namespace, left)
  })
}

async function deleteUnlessHeld(
  secrets: PullSecrets,
  { secret }: PullSecretPlace,
  namespace: string,
  first: Awaited<ReturnType<PullSecrets['look']>>,
): Promise<string> {
  let found = first
  for (let tries = 1; found !== undefined; tries += 1) {
    const holders = holdersOf(found.annotations)
    if (holders.length > 0) return `pull secret ${secret} stays: it is kept for ${holders.join(' and ')}, too`
    try {
      await secrets.delete(namespace, secret, found)
      break
    } catch (error) {
      // Somebody has written it in between, perhaps one who needs it.
      if (!isClusterError(error, 'Conflict') || tries === TRIES) throw error
      found = await secrets.look(namespace, secret)
    }
  }
  return `pull secret ${secret} is deleted`
}

async function inEach(place: PullSecretPlace, work: (namespace: string) => Promise<string>): Promise<NamespaceOutcome[]> {
  return Promise.all(
    place.namespaces.map(async (namespace) => {
      try {
        return { isGood: true, words: `namespace ${namespace}: ${await work(namespace)}` }
      } catch (error) {
        if (!isClusterError(error)) throw error
        return { isGood: false, words: `namespace ${namespace}: ${clusterFailure(error, place.secret)}` }
      }
    }),
  )
}
