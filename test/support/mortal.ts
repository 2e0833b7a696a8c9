import type { World } from './a-runner.ts'

export interface Death {
  /** Counts the writes to the cluster and to Collate, from 0; it dies at this one. */
  readonly atWrite: number
  /** Whether that write was done: it dies just before or just after. */
  readonly isDone: boolean
}

/** The world as a process sees it that is killed at one of its writes: from then on nothing it does has an effect. */
export function mortal(world: World, { atWrite, isDone }: Death): { readonly world: World; readonly died: Promise<void>; readonly isDead: () => boolean } {
  const died = Promise.withResolvers<void>()
  let writes = 0
  let isDead = false
  const forEver = async (): Promise<never> => new Promise(() => undefined)
  const during = async (isWrite: boolean, act: () => Promise<unknown>): Promise<unknown> => {
    if (isDead) return forEver()
    if (!isWrite || writes++ !== atWrite) return act()
    isDead = true
    if (isDone) await act()
    died.resolve()
    return forEver()
  }
  const wrap = <T extends object>(target: T, writesOf: (method: string, args: readonly unknown[]) => boolean): T =>
    new Proxy(target, {
      get: (_, method) => {
        const value: unknown = Reflect.get(target, method, target)
        if (typeof value !== 'function') return value
        if (method === 'watch') return value.bind(target)
        return async (...args: readonly unknown[]) => during(writesOf(String(method), args), async () => Reflect.apply(value, target, args) as Promise<unknown>)
      },
    })
  return {
    world: {
      clock: world.clock,
      cluster: wrap(world.cluster, isClusterWrite),
      collate: wrap(world.collate, (method) => method === 'writeStatus' || method === 'patchAutomation'),
    },
    died: died.promise,
    isDead: () => isDead,
  }
}

function isClusterWrite(method: string, args: readonly unknown[]): boolean {
  const isTried = (args[2] as { readonly dryRun?: boolean } | undefined)?.dryRun === true
  return ['create', 'mergePatch', 'jsonPatch', 'delete'].includes(method) && !isTried
}
