import { expect, test } from 'vitest'
import type { Cluster } from '../../reconciler/cluster/cluster.ts'
import { LogPieces } from '../../reconciler/logs/log-piece.ts'

/** What a container does in the contract suite. */
export type Script = readonly ({ readonly print: string } | { readonly waitSeconds: number })[]

export interface LogSide {
  readonly cluster: Cluster
  /** Starts a pod whose container `main` does this and ends; resolves once it has started. Gives its name. */
  readonly run: (script: Script) => Promise<string>
  /** Resolves when the container of this pod has ended. */
  readonly ended: (pod: string) => Promise<void>
  /** Makes a pod that no node has. */
  readonly makeUnscheduled: () => Promise<string>
}

/** What every Cluster does about logs, the fake as well as the real one. */
export function podLogContract(side: () => LogSide): void {
  const read = async (pod: string, options: { follow?: boolean; sinceMs?: number; inactivityMs?: number; signal?: AbortSignal } = {}) => {
    const { follow = false, inactivityMs = 30_000, signal = new AbortController().signal, sinceMs } = options
    const reader = new LogPieces()
    const chunks = await Array.fromAsync(
      side().cluster.streamPodLog(pod, { container: 'main', follow, inactivityMs, signal, ...(sinceMs === undefined ? {} : { sinceMs }) }),
    )
    return [...chunks.flatMap((chunk) => reader.take(chunk)), ...reader.end()]
  }
  const textOf = (pieces: readonly { readonly bytes: Uint8Array }[]): string => Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('utf8')

  test('a log is read whole, each line with its time, whatever is in it', async () => {
    const text = 'größe 👩‍👩‍👧\n\ncarriage\rreturn\n"quoted\\\tand more"\n'
    const pod = await side().run([{ print: text }])
    await side().ended(pod)
    const pieces = await read(pod)
    expect(textOf(pieces)).toBe(text)
    expect(pieces.every(({ timeNs }, index) => timeNs > 0n && timeNs >= (pieces[index - 1]?.timeNs ?? 0n))).toBe(true)
  })

  test('of a line that the node keeps in parts the text is whole and has one time', async () => {
    const line = '日本'.repeat(50_000)
    const pod = await side().run([{ print: `before\n${line}\nafter\n` }])
    await side().ended(pod)
    const pieces = await read(pod)
    expect(textOf(pieces) === `before\n${line}\nafter\n`).toBe(true)
    expect(new Set(pieces.map(({ timeNs }) => timeNs)).size).toBe(3)
  })

  test('a log is read from a second on, and what came within that second is there', async () => {
    const pod = await side().run([{ print: 'early\n' }, { waitSeconds: 3 }, { print: 'late\n' }])
    await side().ended(pod)
    const late = (await read(pod)).at(-1)?.timeNs ?? 0n
    expect(textOf(await read(pod, { sinceMs: Number(late / 1_000_000n) }))).toBe('late\n')
  })

  test('a log is followed to the end of its container', async () => {
    const pod = await side().run([{ print: 'one\n' }, { waitSeconds: 1 }, { print: 'two\n' }])
    expect(textOf(await read(pod, { follow: true }))).toBe('one\ntwo\n')
  })

  test('a follow ends without an error when its signal aborts', async () => {
    const pod = await side().run([{ print: 'one\n' }, { waitSeconds: 60 }])
    const stop = new AbortController()
    const chunks: string[] = []
    for await (const chunk of side().cluster.streamPodLog(pod, { container: 'main', follow: true, inactivityMs: 30_000, signal: stop.signal })) {
      chunks.push(Buffer.from(chunk).toString('utf8'))
      stop.abort()
    }
    expect(chunks.join('')).toContain('one')
  })

  test('a pod that is not there has no log, and one that no node has has an empty one', async () => {
    await expect(read('nobody')).rejects.toMatchObject({ code: 'NotFound' })
    expect(await read(await side().makeUnscheduled())).toEqual([])
  })

  test('of the last lines the end is kept, and no character is cut', async () => {
    const pod = await side().run([{ print: `${'ä'.repeat(3_000)}\nlast\n` }])
    await side().ended(pod)
    const tail = await side().cluster.readPodLog(pod, { container: 'main', tailLines: 2, limitBytes: 100 })
    expect(tail).toMatch(/^ä+\nlast\n$/)
    expect(Buffer.byteLength(tail ?? '')).toBeGreaterThan(97)
    expect(await side().cluster.readPodLog(pod, { container: 'main', tailLines: 1, limitBytes: 100 })).toBe('last\n')
  })
}
