import { beforeEach, describe, expect, test } from 'vitest'
import type { StoredRecord } from '../../../compiler/record.ts'
import { MAX_FRAME_BYTES, type ServiceResponse } from '../../../reconciler/link/protocol.ts'
import { taskKey } from '../../../reconciler/logs/task-key.ts'
import { InvalidRequest } from '../../../reconciler/request/answer.ts'
import { handleRequest } from '../../../reconciler/request/handle-request.ts'
import { RUN_ID } from '../../compiler/examples/run-request.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aPodOf, exited, ofEarlierRecord, onNode, running, unschedulable, waitingFor } from '../../support/a-pod.ts'
import { anEndedRecord, aRecord, storedAs } from '../../support/a-record.ts'
import { aRunner, aWorld, type TestRunner, type World } from '../../support/a-runner.ts'

let world: World
let runner: TestRunner
beforeEach(() => {
  world = aWorld()
  runner = aRunner(world)
})

const ask = async (params: object = {}): Promise<ServiceResponse> => handleRequest('run/logs', { runner: 'aws-prod', runId: RUN_ID, ...params }, runner.context)
const dataOf = ({ data }: ServiceResponse): Record<string, string | undefined> => data as Record<string, string | undefined>
const put = (record: StoredRecord): StoredRecord => {
  world.cluster.put('configmaps', storedAs(record))
  return record
}
const podName = (record: StoredRecord, attempt = 1): string => `${record.name}-${attempt}`

/** A run whose pod runs and has written this. */
function aRunThatWrote(text: string, record = aRecord()): StoredRecord {
  put(record)
  world.cluster.put('pods', running(aPodOf(record)))
  world.cluster.logs.append(podName(record, record.status.attempt), text)
  return record
}

/** Asks until there is no more. */
async function readAll(after?: string): Promise<{ readonly texts: string[]; readonly answers: ServiceResponse[]; readonly resumeAfter: string }> {
  const texts: string[] = []
  const answers: ServiceResponse[] = []
  for (let next = after; ;) {
    const response = await ask({ after: next })
    const { ingestion_task: text = '', after: more, resumeAfter = '' } = dataOf(response)
    texts.push(text)
    answers.push(response)
    if (more === undefined) return { texts, answers, resumeAfter }
    next = more
  }
}

describe('run/logs', () => {
  test("gives the text under the task's name, how much there is, and no `after` when there is no more", async () => {
    aRunThatWrote('one\nzwei 👩‍👩‍👧\n')
    const response = await ask()
    expect(response).toMatchObject({ code: 200, runId: RUN_ID, data: { ingestion_task: 'one\nzwei 👩‍👩‍👧\n' } })
    expect(dataOf(response)['total']).toBe(String(Buffer.byteLength('one\nzwei 👩‍👩‍👧\n')))
    expect(response.data).not.toHaveProperty('after')
  })

  test('gives a large log page by page, each in one frame, and loses nothing', async () => {
    const line = `${'"quoted" größe '.repeat(200)}\n`
    const record = aRunThatWrote(line.repeat(1_000))
    world.cluster.put('pods', exited(aPodOf(record), 0))
    const { texts, answers } = await readAll()
    expect(texts.join('') === line.repeat(1_000)).toBe(true)
    expect(texts.length).toBeGreaterThan(3)
    for (const response of answers) {
      expect(Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(36), result: response }))).toBeLessThan(MAX_FRAME_BYTES)
    }
    for (const response of answers.slice(0, -1)) expect(Number(dataOf(response)['after'])).toBeLessThan(Number(dataOf(response)['total']))
  })

  test('goes on where it ended when the run has written more, also after a restart of the runner', async () => {
    const record = aRunThatWrote('one\n')
    const { resumeAfter } = await readAll()
    expect((await readAll(resumeAfter)).texts).toEqual([''])
    world.cluster.logs.append(podName(record), 'two\n', 5)
    runner = aRunner(world)
    expect((await readAll(resumeAfter)).texts).toEqual(['two\n'])
  })

  test('marks what the node has rotated away since', async () => {
    const record = aRunThatWrote('one\n')
    const { resumeAfter } = await readAll()
    world.cluster.logs.append(podName(record), 'lost\n', 5)
    world.cluster.logs.rotate(podName(record))
    world.cluster.logs.append(podName(record), 'three\n', 5)
    expect((await readAll(resumeAfter)).texts.join('')).toMatch(/^\[\.\.\. what was written between \S+Z and \S+Z is no longer on the node \.\.\.\]\nthree\n$/)
  })

  test('says so when the log on the node begins long after the program', async () => {
    const record = aRunThatWrote('')
    world.cluster.logs.append(podName(record), 'late\n', 300)
    expect((await readAll()).texts.join('')).toMatch(/^\[\.\.\. the program started at .* begins at .*\]\nlate\n$/)
  })

  test('tells the attempts of a run apart, and a lost one is marked', async () => {
    const record = put(aRecord({ status: { attempt: 3 } }))
    for (const attempt of [2, 3]) world.cluster.put('pods', exited(aPodOf({ ...record, status: { ...record.status, attempt } }), 1))
    world.cluster.logs.append(podName(record, 2), 'second\n')
    world.cluster.logs.append(podName(record, 3), 'third\n')
    expect((await readAll()).texts.join('')).toBe('[attempt 1]\n[... its pod is gone, and its log with it ...]\n[attempt 2]\nsecond\n[attempt 3]\nthird\n')
  })

  test('of a run that is tried again gives the attempts that were, and goes on with the next', async () => {
    const record = aRunThatWrote('first\n')
    const { resumeAfter } = await readAll()
    world.cluster.put('pods', exited(aPodOf(record), 1))
    const again = put({ ...record, status: { ...record.status, attempt: 2 } })
    expect(await ask()).toMatchObject({ code: 200, data: { ingestion_task: '[attempt 1]\nfirst\n' } })
    world.cluster.put('pods', running(aPodOf(again)))
    world.cluster.logs.append(podName(record, 2), 'second\n', 9)
    expect((await readAll(resumeAfter)).texts.join('')).toBe('[attempt 2]\nsecond\n')
  })

  test.each([
    ['waits for its turn', () => put(aRecord()), 503, /has not started yet: it waits for its turn/],
    ['finds no node', () => put(unscheduledRun()), 503, /Unschedulable: .*taint[\s\S]*tolerations/],
    ['waits for its image', () => put(pullingRun()), 503, /ImagePull: .*ImagePullBackOff/],
    [
      'ended without a pod',
      () => put(anEndedRecord({ state: 'failed', failureClass: 'NeverStarted', message: 'no payload', startedAtMs: null })),
      404,
      /NeverStarted: no payload/,
    ],
    ['ended and lost its pod', () => put(anEndedRecord()), 404, /its pod is gone, and its log with it: the run ended as success/],
  ] as const)('of a run that %s says why there is no log', async (_, arrange, code, why) => {
    arrange()
    const response = await ask()
    expect(response).toMatchObject({ code, reason: expect.stringMatching(why) })
    expect(response.data).toEqual({ error: response.reason })
  })

  test('of a run whose node has lost the log, or does not answer, says so', async () => {
    const record = aRunThatWrote('one\n')
    world.cluster.failNext('log', 'Unavailable', { kind: 'pods', message: 'dial tcp 10.0.0.1:10250: connect: no route to host' })
    expect(await ask()).toMatchObject({ code: 503, data: { error: expect.stringMatching(/node node-1 does not give the log now.*no route/) } })
    world.cluster.logs.forget(podName(record))
    expect(await ask()).toMatchObject({ code: 404, data: { error: expect.stringContaining('no log of this program any more') } })
  })

  test('never reads the pod of another record', async () => {
    const record = put(aRecord())
    world.cluster.put('pods', ofEarlierRecord(running(aPodOf(record))))
    world.cluster.logs.append(podName(record), 'of another\n')
    expect(await ask()).toMatchObject({ code: 503 })
  })

  test('of a run that nobody knows, and of another runner, is refused', async () => {
    expect(await ask()).toMatchObject({ code: 404, reason: expect.stringContaining(RUN_ID), data: { error: expect.any(String) } })
    expect(await ask({ runner: 'gcp-prod' })).toMatchObject({ code: 409 })
  })

  test.each(['run/logs', 'run/followLogs'] as const)('of a run whose record a newer runner has written is refused as known: %s', async (method) => {
    const stored = storedAs(aRecord())
    world.cluster.put('configmaps', { ...stored, data: { ...stored.data, schemaVersion: '99' } })
    const answered = await handleRequest(method, { runner: 'aws-prod', runId: RUN_ID }, runner.context)
    expect(answered).toMatchObject({ code: 409, reason: expect.stringContaining('cannot be read by this version') })
  })

  test('takes no `after` that is not from the log of this run', async () => {
    aRunThatWrote('one\n')
    await expect(ask({ after: '17' })).rejects.toThrow(InvalidRequest)
    const { resumeAfter } = await readAll()
    const other = '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b99'
    put(aRecord({ name: `run-${other}-${aRecord().name.slice(-12)}`, spec: { runId: other } }))
    await expect(ask({ runId: other, after: resumeAfter })).rejects.toMatchObject({
      issues: [{ path: 'after', message: expect.stringContaining('another run') }],
    })
  })

  test('wants a run or a pipeline, and not both', async () => {
    const ingestionPipeline = { id: aRecord().spec.pipeline.id, fullyQualifiedName: 'a.b' }
    await expect(ask({ ingestionPipeline })).rejects.toThrow(InvalidRequest)
    await expect(ask({ runId: undefined })).rejects.toThrow(InvalidRequest)
  })
})

describe('run/logs of a pipeline', () => {
  const { pipeline } = aRecord().spec
  const ofPipeline = { runId: undefined, ingestionPipeline: { id: pipeline.id, fullyQualifiedName: pipeline.fullyQualifiedName } }

  function aRunAccepted(runId: string, acceptedAtMs: number, text: string): StoredRecord {
    return aRunThatWrote(text, aRecord({ name: `run-${runId}-bb9b6e3d919d`, uid: runId, spec: { runId, acceptedAtMs } }))
  }

  test('is that of its latest run, and an `after` stays with the run it is from', async () => {
    const [first, second] = ['5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b01', '5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b02']
    aRunAccepted(second ?? '', NOW_MS + 5_000, 'late run\n')
    aRunAccepted(first ?? '', NOW_MS, 'early run\n')
    const latest = await ask(ofPipeline)
    expect(latest).toMatchObject({ code: 200, runId: second, data: { ingestion_task: 'late run\n' } })
    const third = aRunAccepted('5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b03', NOW_MS + 9_000, 'newest run\n')
    expect(await ask({ ...ofPipeline, after: dataOf(latest)['resumeAfter'] })).toMatchObject({ runId: second, data: { ingestion_task: '' } })
    expect(await ask(ofPipeline)).toMatchObject({ runId: third.spec.runId, data: { ingestion_task: 'newest run\n' } })
  })

  test('whose only run cannot be read says that it is known', async () => {
    const stored = storedAs(aRecord())
    world.cluster.put('configmaps', { ...stored, data: { ...stored.data, schemaVersion: '99' } })
    const { pipeline } = aRecord().spec
    const ingestionPipeline = { id: pipeline.id, fullyQualifiedName: pipeline.fullyQualifiedName }
    const answered = await handleRequest('run/logs', { runner: 'aws-prod', ingestionPipeline }, runner.context)
    expect(answered).toMatchObject({ code: 409, reason: expect.stringContaining('ingestionPipeline: the run is known') })
  })

  test('without a run says so', async () => {
    expect(await ask(ofPipeline)).toMatchObject({ code: 404, reason: expect.stringContaining(pipeline.fullyQualifiedName) })
  })
})

describe('the name of the text', () => {
  test.each([
    ['metadata', 'ingestion_task'],
    ['policyAgent', 'ingestion_task'],
    ['TestSuite', 'test_suite_task'],
    ['elasticSearchReindex', 'elasticsearch_reindex_task'],
    ['application', 'application_task'],
    ['constructor', 'ingestion_task'],
    ['a type of tomorrow', 'ingestion_task'],
  ])('of %s is %s', (type, key) => expect(taskKey(type)).toBe(key))
})

function unscheduledRun(): StoredRecord {
  const record = aRecord()
  world.cluster.put('pods', unschedulable(aPodOf(record), '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}.'))
  return record
}

function pullingRun(): StoredRecord {
  const record = aRecord()
  world.cluster.put('pods', waitingFor(onNode(aPodOf(record)), 'ImagePullBackOff', 'Back-off pulling image'))
  return record
}
