import type { LabelledRecord } from '../../compiler/labels.ts'
import type { RecordOwner } from '../../compiler/owner.ts'
import { emptyPayloadSecret } from '../../compiler/payload.ts'
import type { PayloadReference } from '../../compiler/record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isClusterError } from '../cluster/cluster-error.ts'

/** A run or a schedule. */
interface PayloadReader {
  readonly spec: { readonly payload: PayloadReference }
}

/** One that is in the cluster. */
type StoredReader = PayloadReader & RecordOwner & LabelledRecord

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

  /** Rejects with the cluster's refusal when that does not say: a quota and admission judge a Secret before its name is looked at. */
  async ask(cluster: Cluster, record: StoredReader): Promise<void> {
    const { secretName } = record.spec.payload
    if (await exists(cluster, record)) this.markPresent(secretName)
    else this.#absent.add(secretName)
  }
}

async function exists(cluster: Cluster, record: StoredReader): Promise<boolean> {
  try {
    await cluster.create('secrets', emptyPayloadSecret(record.spec.payload, record), { dryRun: true })
    return false
  } catch (error) {
    if (isClusterError(error, 'AlreadyExists')) return true
    throw error
  }
}
