/**
 * kill -9 of the runner at every moment between two of its writes, against the real API server, kubelet and reference server.
 * Whatever the moment: an acknowledged run ends once, with the right state, and exactly one pod of it was ever started.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../cluster/waiting.ts'
import { podsEverStarted } from '../scenario/audit-log.ts'
import type { Simulate } from '../scenario/run-request.ts'
import { openPlace, type Place } from '../scenario/place.ts'
import type { Scenario } from '../scenario/scenario.ts'
import {
  type Arm,
  atCall,
  atReport,
  FINALIZER_OFF,
  openStage,
  PAYLOAD_CREATE,
  pipelineOf,
  POD_CREATE,
  RECORD_CREATE,
  RECORD_DELETE,
  RECORD_PATCH,
  type Stage,
} from './crash-stage.ts'

interface Moment {
  readonly name: string
  readonly simulate?: Simulate
  /** Its program ends only when no runner is there any more. */
  readonly isHeld?: boolean
  readonly environment?: Readonly<Record<string, string>>
  /** Arms the trap before the request is sent; the promise it gives resolves at the moment. */
  readonly arm: Arm
  /** Something that happens while no runner is there. */
  readonly whileDown?: (stage: Stage, runId: string) => Promise<void>
  readonly state?: string
  /** The record is to be gone in the end. */
  readonly expectGone?: boolean
  readonly notAfterMs?: number
}

/** Exits with 0 without a word to Collate: the runner has to tell the end. */
const SILENT: Simulate = { end: 'none' }

const whenRunning: Moment['arm'] =
  async ({ scenario }, runId) =>
  async () =>
    scenario.collate.waitForStatus({ runId, state: 'running' })

const untilPodEnds = async ({ scenario }: Stage): Promise<void> => {
  await waitFor(async () => ((await scenario.pods()).every(({ status }) => status?.['phase'] === 'Succeeded') ? true : undefined), {
    what: 'the end of the pod',
  })
}

const MOMENTS: readonly Moment[] = [
  // First, because it takes longest: a record stays for a minute after the last moment at which its request is taken.
  { name: 'before the record goes', environment: { RUN_TTL_SECONDS: '0' }, notAfterMs: 15_000, arm: atCall(RECORD_DELETE, 'before'), expectGone: true },
  { name: 'before the record is written', arm: atCall(RECORD_CREATE, 'before') },
  { name: 'after the record is written and before the runner knows', arm: atCall(RECORD_CREATE, 'after') },
  { name: 'between record and payload', arm: atCall(PAYLOAD_CREATE, 'before') },
  { name: 'after the payload is written and before the runner knows', arm: atCall(PAYLOAD_CREATE, 'after') },
  { name: 'between payload and pod', arm: atCall(POD_CREATE, 'before') },
  { name: 'after the pod is created and before the runner knows', arm: atCall(POD_CREATE, 'after') },
  { name: 'while the pod runs', isHeld: true, arm: whenRunning },
  { name: 'and the pod ends while no runner is there', isHeld: true, arm: whenRunning, whileDown: untilPodEnds },
  { name: 'before the report', simulate: SILENT, arm: atReport('beforeWork') },
  { name: 'after the report is taken and before the runner knows', simulate: SILENT, arm: atReport('beforeAnswer') },
  { name: 'before the end is on the record', arm: atCall(RECORD_PATCH, 'before') },
  { name: 'after the end is on the record and before the runner knows', arm: atCall(RECORD_PATCH, 'after') },
  { name: 'before the finalizer comes off', arm: atCall(FINALIZER_OFF, 'before') },
  { name: 'after the finalizer is off and before the runner knows', arm: atCall(FINALIZER_OFF, 'after') },
]

let place: Place

beforeAll(async () => {
  place = await openPlace({ namespacePrefix: 'crash' })
})
afterAll(async () => place?.stop())

describe.concurrent('a runner killed with -9', () => {
  it.for(MOMENTS.map((moment, index) => ({ ...moment, agentId: `agent-${index}` })))('$name', async (moment) => {
    const here = await openStage(place, moment.agentId, moment.environment)
    const { scenario, proxy } = here
    try {
      const kubeconfig = await proxy.writeKubeconfig(scenario.kubeconfig)
      const first = await scenario.startRunner({ KUBECONFIG: kubeconfig })
      const gate = await place.gate()
      const request = scenario.request({
        pipelineName: pipelineOf(scenario),
        simulate: { ...moment.simulate, ...(moment.isHeld === true ? { waitAt: gate.url } : {}) },
        ...(moment.notAfterMs === undefined ? {} : { notAfter: Date.now() + moment.notAfterMs }),
      })
      const momentReached = await moment.arm(here, request.runId)
      const answer = scenario.run(request).catch(() => undefined)
      const undo = await momentReached()
      await first.kill()
      gate.open()
      const acknowledgement = await answer
      proxy.clear()
      if (typeof undo === 'function') await undo()
      await moment.whileDown?.(here, request.runId)

      await scenario.startRunner({ KUBECONFIG: kubeconfig })
      // The server repeats what was not acknowledged, and gets the same answer for what was.
      if (moment.expectGone !== true) {
        const repeated = await scenario.run(request)
        expect(repeated).toMatchObject({ result: { code: 200, runId: request.runId } })
        if (acknowledgement !== undefined) expect(acknowledgement).toMatchObject({ result: { code: 200, runId: request.runId } })
      }
      await expectOneEnd(here, request.runId, request.ingestionPipeline.fullyQualifiedName, moment)
    } finally {
      await scenario.stop()
      await proxy.stop()
    }
  })
})

async function expectOneEnd({ scenario }: Stage, runId: string, fqn: string, moment: Moment): Promise<void> {
  await scenario.collate.waitForStatus({ runId, state: 'success' })
  await waitFor(async () => ((await isSettled(scenario, moment)) ? true : undefined), { what: 'the run to be settled' })
  expect(await podsEverStarted(scenario, runId)).toHaveLength(1)
  const history = await scenario.collate.history({ runId })
  expect(history.filter(({ writer, status }) => writer === 'bot' && status.pipelineState === 'running')).toHaveLength(1)
  expect(history.at(-1)?.status.pipelineState).toBe('success')
  expect(history.filter(({ replaced }) => replaced === 'success')).toEqual([])
  expect(await scenario.collate.status(fqn, runId)).toMatchObject({ pipelineState: 'success' })
}

/** The end stands on the record and is acknowledged, and nothing holds the pod; or the record is gone with all that was its own. */
async function isSettled(scenario: Scenario, { expectGone = false }: Moment): Promise<boolean> {
  const [pods, records] = await Promise.all([scenario.pods(), scenario.records()])
  if (expectGone) return pods.length === 0 && records.length === 0
  const [record] = records
  if (records.length !== 1 || record?.data?.['phase'] !== 'Ended') return false
  const isFree = pods.every(({ metadata }) => metadata.finalizers === undefined) && record.metadata.finalizers === undefined
  return isFree && (JSON.parse(record.data['end'] ?? '{}') as { isAcknowledged?: boolean }).isAcknowledged === true
}
