import { once } from 'node:events'
import type { ControlPlane } from '../link/control-plane.ts'
import type { Term } from './elector.ts'

/** How long the requests and works in hand have to come to their end. */
const END_LIMIT_MS = 15_000

/** Works while this process leads, and only watches while it does not. */
export interface LeadersWork {
  /** Resolves when the work is taken up. Nothing is done once the signal is aborted. */
  lead(signal: AbortSignal): void | Promise<void>
  /** Resolves when the works in hand are done. */
  standBy(): Promise<void>
}

export interface TermOptions {
  /** They take up their work one after the other: a schedule is judged by the runs that it has started. */
  readonly controllers: readonly LeadersWork[]
  /** Reads anew what another leader may have written. */
  readonly prepare: () => Promise<void>
  /** A link that has not been started, and what goes on over it. */
  readonly openLink: () => { readonly link: ControlPlane; readonly sync: { stop(): Promise<void> } }
  readonly onChange: (isLeading: boolean) => void
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Works on the runs and holds the link to Collate, until it ends: then it takes no more, finishes what is in hand and says goodbye. */
export function beginTerm({ controllers, prepare, openLink, onChange, sleep }: TermOptions): Term {
  onChange(true)
  const ending = new AbortController()
  const { link, sync } = openLink()
  const begin = async (): Promise<void> => {
    await prepare()
    if (ending.signal.aborted) return
    const ended = once(ending.signal, 'abort')
    for (const controller of controllers) {
      await Promise.race([controller.lead(ending.signal), ended])
      if (ending.signal.aborted) return
    }
    link.start()
  }
  const begun = begin()
  return {
    end: async (reason) => {
      ending.abort()
      await begun
      const limit = new AbortController()
      await Promise.race([
        Promise.all([link.stop(reason), sync.stop(), ...controllers.map(async (controller) => controller.standBy())]),
        sleep(END_LIMIT_MS, limit.signal),
      ])
      limit.abort()
      onChange(false)
    },
  }
}
