import type { Network } from '../network/network.ts'
import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'
import type { NamedObject } from './server-side-apply.ts'

/** As much of a Secret as says whether it may go. */
export interface SecretVersion {
  readonly uid: string
  readonly resourceVersion: string
  readonly annotations: Readonly<Record<string, string>>
}

/** The one Secret that the refresher keeps, in each namespace. Throws ClusterErrors. */
export interface PullSecrets {
  /**
   * Creates the Secret or writes it over in place. A server-side apply: it may create by name, so a Role can allow this one name,
   * where a plain create cannot be limited to any.
   */
  apply(secret: NamedObject, manager: string): Promise<void>
  /** Takes an annotation off. Gives what is there then; undefined when there is no such Secret, or none with that annotation. */
  takeOff(namespace: string, name: string, annotation: string): Promise<SecretVersion | undefined>
  /** Gives what is there now; undefined when there is none. */
  look(namespace: string, name: string): Promise<SecretVersion | undefined>
  /** Deletes just that version. A Conflict when it has changed since; one that is gone is no error. */
  delete(namespace: string, name: string, version: SecretVersion): Promise<void>
}

/** Throws a NoClusterError when there is no kubeconfig and this is no pod. */
export function connectPullSecrets(network: Network): PullSecrets {
  const transport = new KubeTransport({ network })
  const pathOf = (namespace: string, name: string): string => `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
  const patch = async (path: string, contentType: string, body: unknown, query: Readonly<Record<string, string>> = {}): Promise<SecretVersion> =>
    versionOf(await transport.json<NamedObject>({ method: 'PATCH', path, contentType, body, query }))
  return {
    apply: async (secret, fieldManager) => {
      const { namespace, name } = secret.metadata
      await patch(pathOf(namespace, name), 'application/apply-patch+yaml', secret, { fieldManager, fieldValidation: 'Strict', force: 'true' })
    },
    takeOff: async (namespace, name, annotation) => {
      const path = `/metadata/annotations/${annotation.replaceAll('~', '~0').replaceAll('/', '~1')}`
      return orNothing(patch(pathOf(namespace, name), 'application/json-patch+json', [{ op: 'remove', path }]), 'NotFound', 'Invalid')
    },
    // A patch that changes nothing: the right to read is not needed.
    look: async (namespace, name) => orNothing(patch(pathOf(namespace, name), 'application/merge-patch+json', {}), 'NotFound'),
    delete: async (namespace, name, { uid, resourceVersion }) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } }
      await orNothing(transport.text({ method: 'DELETE', path: pathOf(namespace, name), body }), 'NotFound')
    },
  }
}

async function orNothing<T>(call: Promise<T>, ...codes: readonly ('NotFound' | 'Invalid')[]): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isClusterError(error, ...codes)) return undefined
    throw error
  }
}

function versionOf({ metadata }: NamedObject): SecretVersion {
  return {
    uid: String(metadata['uid']),
    resourceVersion: String(metadata['resourceVersion']),
    annotations: (metadata['annotations'] ?? {}) as Readonly<Record<string, string>>,
  }
}
