/** The demo can be interrupted at any moment, and leaves nothing. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { processesOf } from '../cluster/cgroups.ts'
import { stopCluster } from '../cluster/cluster.ts'
import { externalKubeconfig } from '../cluster/external-cluster.ts'
import { leftOvers, numberOf } from '../cluster/left-overs.ts'
import { waitFor } from '../cluster/waiting.ts'

const NAME = 'demo-test'
/** It takes seconds; a busy machine has ten times as many, and what hangs takes for ever. */
const CLEANING_MS = 120_000

interface Demo {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  readonly output: () => string
}

let demo: Demo

/** In a process group of its own: Ctrl-C on a terminal reaches the demo's children, too. */
function startDemo(...options: readonly string[]): Demo {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'demo.ts'), '--name', NAME, ...options], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { process: child, ended, output: () => output }
}

/** Waits until the probe finds something; what the demo said stands in the error when it ends before that. */
async function until(what: string, probe: () => Promise<boolean> | boolean): Promise<void> {
  const found = waitFor(async () => ((await probe()) ? true : undefined), { what, everyMs: 20 })
  const over = demo.ended.then((code) => Promise.reject(new Error(`the demo ended with ${code} before ${what}:\n${demo.output()}`)))
  await Promise.race([found, over])
}

async function pressCtrlC(): Promise<{ readonly code: number | null; readonly left: readonly string[]; readonly tookMs: number }> {
  const number = await numberOf(NAME)
  const pressedMs = performance.now()
  process.kill(-(demo.process.pid ?? 0), 'SIGINT')
  const code = await demo.ended
  return { code, left: await leftOvers(NAME, number), tookMs: performance.now() - pressedMs }
}

describe.skipIf(externalKubeconfig() !== undefined)('Ctrl-C in the demo leaves nothing', () => {
  afterEach(async () => {
    demo.process.kill('SIGKILL')
    await demo.ended
    await stopCluster(NAME)
  })

  test('while the cluster comes up', async () => {
    demo = startDemo()
    await until('processes of a cluster', async () => (await processesOf(NAME)).length > 2)
    const { code, left, tookMs } = await pressCtrlC()
    expect({ code, left }, demo.output()).toEqual({ code: 130, left: [] })
    expect(tookMs).toBeLessThan(CLEANING_MS)
  })

  test('while the run is in flight, and a second one says that it is heard', async () => {
    demo = startDemo('--seconds', '600')
    await until('a running pod', () => / running .*the pod/.test(demo.output()))
    const stopping = pressCtrlC()
    await until('the first answer', () => demo.output().includes('SIGINT: cleaning up'))
    demo.process.kill('SIGINT')
    const { code, left, tookMs } = await stopping
    expect({ code, left }, demo.output()).toEqual({ code: 130, left: [] })
    expect(demo.output()).toContain('SIGINT: still cleaning up')
    expect(tookMs).toBeLessThan(CLEANING_MS)
  })

  test('while it stays up to be looked at, which is its good end', async () => {
    demo = startDemo('--keep', '--seconds', '0')
    await until('the hints', () => demo.output().includes('Stop everything: Ctrl-C'))
    expect(demo.output()).toContain('in Runner [aws-prod]')
    const { code, left, tookMs } = await pressCtrlC()
    expect({ code, left }, demo.output()).toEqual({ code: 0, left: [] })
    expect(tookMs).toBeLessThan(CLEANING_MS)
  })
})
