import type { Environment } from '../../compiler/environment.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { tryStart } from '../explain/try-start.ts'
import type { PendingReason } from '../observe/pending-reason.ts'
import { policyFrom } from './read-policy.ts'

/** A run that nothing holds back has its pod within a moment; one that has none after so long was refused, or has no runner. */
const MOMENT_MS = 5_000
/** Mostly the same thing stands in the way of all: a few answers tell it. */
const MOST_TRIED = 20
/** An answer holds for so long while the runs are watched. */
const HOLDS_MS = 15_000

export interface RefusedStartsOptions {
  readonly cluster: Pick<Cluster, 'create'>
  readonly policy: Policy
  readonly now: () => number
}

/** Undefined where the environment is not that of a runner of this namespace: a pod by another policy may be refused where its own is taken. */
export function refusedStartsOf(
  environment: Environment,
  namespace: string,
  { cluster, now }: Omit<RefusedStartsOptions, 'policy'>,
): RefusedStarts | undefined {
  const policy = policyFrom({ environment, warnings: [] }, {}, () => undefined)
  return policy.ok && policy.value.namespace === namespace ? new RefusedStarts({ cluster, policy: policy.value, now }) : undefined
}

/**
 * Why the runs of one runner that no limit holds back have no pod: the runner knows it in its memory alone, so the API server is asked anew, by dry runs
 * that leave nothing. Of those that it could not be asked about, as by an account that may not create pods, nothing is known.
 */
export class RefusedStarts {
  readonly #options: RefusedStartsOptions
  readonly #known = new Map<string, { readonly atMs: number; readonly pending: PendingReason | undefined }>()

  constructor(options: RefusedStartsOptions) {
    this.#options = options
  }

  of(record: string): PendingReason | undefined {
    return this.#known.get(record)?.pending
  }

  /** @param next records of the runs that no limit holds back, and that have no pod */
  async look(next: readonly StoredRecord[]): Promise<void> {
    const { cluster, policy, now } = this.#options
    const nowMs = now()
    for (const name of this.#known.keys()) if (next.every((record) => record.name !== name)) this.#known.delete(name)
    const overdue = next.filter(({ name, spec }) => {
      const known = this.#known.get(name)
      return spec.agentId === policy.agentId && nowMs - spec.acceptedAtMs > MOMENT_MS && (known === undefined || nowMs - known.atMs > HOLDS_MS)
    })
    for (const record of overdue.slice(0, MOST_TRIED)) {
      const tried = await tryStart(record, policy, cluster)
      this.#known.set(record.name, { atMs: nowMs, pending: tried.kind === 'refused' ? tried.pending : undefined })
    }
  }
}
