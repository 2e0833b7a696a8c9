import type { V1Secret } from '@kubernetes/client-node'
import type { PayloadReference } from '../../compiler/record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'

/** A run or a schedule. */
interface PayloadReader {
  readonly spec: { readonly payload: PayloadReference }
}

/**
 * Which payloads exist, as far as this process knows. The runner may create Secrets and not read them, so existence is asked with
 * a create that is only tried: AlreadyExists means yes.
 */
export class PayloadKnowledge {
  readonly #present = new Set<string>()
  readonly #absent = new Set<string>()

  of(record: PayloadReader): 'present' | 'absent' | 'unknown' {
    const { secretName } = record.spec.payload
    if (this.#present.has(secretName)) return 'present'
    return this.#absent.has(secretName) ? 'absent' : 'unknown'
  }

  markPresent(secretName: string): void {
    this.#absent.delete(secretName)
    this.#present.add(secretName)
  }

  /** It is being written just now: until `expectNoMore` it counts as absent, and nobody need ask. */
  expect(secretName: string): void {
    this.#absent.add(secretName)
  }

  /** The write is over, well or not. What is not known to be present is asked for. */
  expectNoMore(secretName: string): void {
    this.#absent.delete(secretName)
  }

  forget(secretName: string): void {
    this.#absent.delete(secretName)
    this.#present.delete(secretName)
  }

  forgetAll(): void {
    this.#absent.clear()
    this.#present.clear()
  }

  async ask(cluster: Cluster, record: PayloadReader): Promise<void> {
    const { secretName } = record.spec.payload
    if (await exists(cluster, secretName)) this.markPresent(secretName)
    else this.#absent.add(secretName)
  }
}

async function exists(cluster: Cluster, name: string): Promise<boolean> {
  const probe: V1Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name } }
  try {
    await cluster.create('secrets', probe, { dryRun: true })
    return false
  } catch (error) {
    if (isClusterError(error, 'AlreadyExists')) return true
    throw error
  }
}
