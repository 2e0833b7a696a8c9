import type { Kind } from '../../reconciler/cluster/cluster.ts'
import { ClusterError, type ClusterErrorCode } from '../../reconciler/cluster/cluster-error.ts'

export type Verb = 'create' | 'dryRun' | 'read' | 'mergePatch' | 'jsonPatch' | 'delete' | 'list' | 'watch' | 'log'

/** One call of a fake cluster that is to fail. */
export interface Fault {
  readonly verb: Verb | 'write'
  readonly code: ClusterErrorCode
  readonly kind?: Kind
  /** Calls of this sort that still go well before it. */
  readonly skip?: number
  /** The write is done, and only its answer is lost. */
  readonly isDone?: boolean
  readonly message?: string
}

export function isWrite(verb: string): boolean {
  return ['create', 'mergePatch', 'jsonPatch', 'delete'].includes(verb)
}

/** The failures that a fake cluster still owes. */
export class Faults {
  #owed: { readonly fault: Fault; left: number }[] = []

  add(fault: Fault): void {
    this.#owed.push({ fault, left: fault.skip ?? 0 })
  }

  /** Does the call, or fails in the way the next fault for this sort of call says. */
  apply<T>(verb: Verb, kind: Kind, act: () => T): T {
    const fault = this.#take(verb, kind)
    if (fault === undefined) return act()
    if (fault.isDone === true) act()
    throw new ClusterError(fault.code, fault.message ?? `${verb} ${kind} was told to fail`)
  }

  #take(verb: Verb, kind: Kind): Fault | undefined {
    const meant = this.#owed.find(({ fault }) => (fault.verb === verb || (fault.verb === 'write' && isWrite(verb))) && (fault.kind ?? kind) === kind)
    if (meant === undefined || meant.left-- > 0) return undefined
    this.#owed = this.#owed.filter((other) => other !== meant)
    return meant.fault
  }
}
