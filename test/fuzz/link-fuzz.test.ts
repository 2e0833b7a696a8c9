/** Nothing that a server sends can crash the runner, or make it answer anything but once. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jsonRpcControlPlane } from '../../reconciler/link/json-rpc-control-plane.ts'
import { PROTOCOL_VERSIONS } from '../../reconciler/link/protocol.ts'
import { sleep } from '../../reconciler/queue/sleep.ts'
import { handleRequest, SERVED_METHODS } from '../../reconciler/request/handle-request.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../support/a-runner.ts'
import { startKubelet } from '../support/fake-kubelet.ts'
import { fuzzFrames } from './frames.ts'
import { HostileServer } from './hostile-server.ts'
import { randomFrom } from './random.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? (IS_ALL ? 100_000 : 10_000))
const SEED = Number(process.env['FUZZ_SEED'] ?? (IS_ALL ? Math.floor(Math.random() * 2 ** 31) : 20_260_101))
/** Frames that are sent before their answers are waited for. */
const WINDOW = 100
const TIMEOUT_MS = 20_000

let world: World
let server: HostileServer
let runner: TestRunner
let stop: () => Promise<void>
beforeEach(async () => {
  world = aWorld()
  runner = aRunner(world)
  const stopKubelet = startKubelet(world)
  await runner.controller.start()
  server = await HostileServer.start()
  const link = jsonRpcControlPlane(
    {
      url: server.url,
      token: { current: () => 'token', reread: async () => false },
      hello: { agentId: 'aws-prod', runnerVersion: '0.1.0', protocolVersions: [...PROTOCOL_VERSIONS], executor: 'simple', capabilities: SERVED_METHODS },
      backoff: { baseMs: 5, capMs: 20 },
      activity: () => ({ activeRuns: 0, queuedRuns: 0 }),
      log: runner.effects.log,
      random: () => 0.5,
      now: Date.now,
      sleep,
    },
    { onRequest: async (method, params) => handleRequest(method, params, runner.context), onConnected: () => undefined, onDisconnected: () => undefined },
  )
  link.start()
  await server.linked()
  stop = async () => {
    await link.stop('the test is over')
    await runner.controller.stop()
    stopKubelet()
    await server.stop()
  }
})
afterEach(async () => stop())

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapMiB(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

test(`${FRAMES} hostile frames are answered once each, and leave a runner that serves`, { timeout: 900_000 }, async () => {
  console.info(`fuzz: FUZZ_SEED=${SEED} FUZZ_FRAMES=${FRAMES} repeats it`)
  const kinds = new Map<string, number>()
  const prototypes = [Object.keys(Object.prototype), Object.keys(Array.prototype)]
  let inWindow = 0
  let warmMiB = 0
  let sent = 0
  for (const frame of fuzzFrames(FRAMES, randomFrom(SEED))) {
    kinds.set(frame.kind, (kinds.get(frame.kind) ?? 0) + 1)
    if (frame.endsConnection === true) {
      await server.answered(TIMEOUT_MS)
      await server.sendLast(frame)
    } else server.send(frame)
    if (++inWindow === WINDOW) {
      inWindow = 0
      await server.answered(TIMEOUT_MS)
      // What it logs is kept by this test alone.
      expect(failures()).toEqual([])
      runner.logged.length = 0
    }
    if (++sent === Math.floor(FRAMES / 4)) warmMiB = heapMiB()
  }
  await server.answered(TIMEOUT_MS)
  server.send({ kind: 'last', data: '{"jsonrpc":"2.0","id":"last","method":"service/status"}' })
  await server.answered(TIMEOUT_MS)
  expect(server.offences).toEqual([])
  expect(failures()).toEqual([])
  expect([Object.keys(Object.prototype), Object.keys(Array.prototype)]).toEqual(prototypes)
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  // Some of the frames were good: their runs are there.
  expect(world.cluster.all('configmaps').length).toBeGreaterThan(30)
  const endMiB = heapMiB()
  console.info(
    `fuzz: heap ${warmMiB.toFixed(0)} MiB after a quarter, ${endMiB.toFixed(0)} MiB at the end; ${server.connections} connections; ${JSON.stringify(Object.fromEntries(kinds))}`,
  )
  expect(endMiB - warmMiB).toBeLessThan(64)
})

/** What went wrong inside the runner while it answered. */
function failures(): unknown[] {
  return runner.logged.filter(({ message }) => message === 'a request failed').slice(0, 3)
}
