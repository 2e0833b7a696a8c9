import type { NamedObject } from '../cluster/server-side-apply.ts'
import type { PullSecretPlace } from './refresh-settings.ts'

/** What ECR gives. */
export interface RegistryToken {
  readonly username: string
  readonly password: string
  /** RFC 3339. */
  readonly expiresAt: string | undefined
  /** The registry that it was made for. */
  readonly madeFor: string | undefined
}

const HELD = 'hybrid-runner.collate.io/kept-for-'

/** One that says of the Secret who needs it. It may go when nobody does. */
export function heldAnnotation(holder: string): string {
  return HELD + holder
}

/** Who still needs the Secret, for people. */
export function holdersOf(annotations: Readonly<Record<string, string>> | undefined): string[] {
  return Object.entries(annotations ?? {}).flatMap(([key, value]) => (key.startsWith(HELD) ? [value] : []))
}

/** The pull secret as the kubelet reads it. */
export function pullSecret(namespace: string, place: PullSecretPlace, registry: string, { username, password }: RegistryToken): NamedObject {
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const config = JSON.stringify({ auths: { [registry]: { username, password, auth } } })
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: place.secret,
      namespace,
      labels: { 'app.kubernetes.io/component': 'ecr-registry-helper' },
      annotations: { [heldAnnotation(place.holder)]: place.keptFor },
    },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  }
}
