import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { payloadSecret } from '../../compiler/payload.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { toYaml } from '../../compiler/serialize.ts'
import { PAYLOAD_CASES, RECORDS } from './examples/gallery-payloads.ts'
import { SCHEDULE_CASES } from './examples/gallery-schedules.ts'
import { goldenFile, RUN_EXAMPLES } from './examples/gallery.ts'
import { galleryIndex } from './examples/gallery-index.ts'
import { aPolicy, aPolicyOf } from './examples/policy.ts'
import { admittedBy, objectOf } from './examples/run.ts'
import { DUMMY_TOKEN } from './examples/run-request.ts'
import { aDeploy, scheduleOf } from './examples/schedule.ts'
import { viewOf } from './examples/view.ts'

const SNAPSHOTS = fileURLToPath(new URL('../../snapshots/', import.meta.url))

const SCHEDULES = Object.entries(SCHEDULE_CASES).flatMap(([name, one]) => EXECUTORS.map((executor) => ({ file: goldenFile(name, executor), executor, ...one })))

function golden(file: string): string {
  return `../../snapshots/${file}`
}

function filesOnDisk(): string[] {
  return readdirSync(SNAPSHOTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
}

describe('golden files', () => {
  test.each(RUN_EXAMPLES)('$file is what the run becomes, and shows its point', async ({ file, method, request, policy, facts, executor, point }) => {
    const object = objectOf(method, request, policy, facts)
    const [found, wanted] = point(viewOf(object), executor)
    expect(found).toEqual(wanted)
    await expect(toYaml([object])).toMatchFileSnapshot(golden(file))
  })

  test.each(SCHEDULES)('$file is what the schedule becomes, and shows its point', async ({ file, request, nowMs, status, environment, executor, point }) => {
    const { object } = scheduleOf(request, aPolicyOf(executor, environment), nowMs, status)
    const [found, wanted] = point(viewOf(object), executor)
    expect(found).toEqual(wanted)
    await expect(toYaml([object])).toMatchFileSnapshot(golden(file))
  })

  test('records and their payloads are on file, the payloads masked', async () => {
    const run = admittedBy('pipeline/run', RUN_EXAMPLES[0]?.request, aPolicy())
    const schedule = scheduleOf(aDeploy(), aPolicy())
    const yamls = {
      run: toYaml([recordConfigMap(run.record), payloadSecret(run.payload, run.stored)]),
      schedule: toYaml([scheduleConfigMap(schedule.record), payloadSecret(schedule.payload, schedule.stored)]),
    }
    for (const yaml of Object.values(yamls)) expect(yaml).not.toContain(Buffer.from(DUMMY_TOKEN).toString('base64').slice(0, 12))
    await expect(yamls.run).toMatchFileSnapshot(golden(RECORDS.run.file))
    await expect(yamls.schedule).toMatchFileSnapshot(golden(RECORDS.schedule.file))
  })

  test.each(PAYLOAD_CASES)('$file is what the pod of such a run is given, with a dummy token', async ({ file, method, request }) => {
    const { payload } = admittedBy(method, request, aPolicy())
    const config: unknown = JSON.parse(payload.content)
    expect(parse(payload.content)).toEqual(config)
    await expect(toYaml([config as object])).toMatchFileSnapshot(golden(file))
  })

  test('hold no token but the dummy, and that only in payloads', () => {
    const files = filesOnDisk().filter((file) => readFileSync(join(SNAPSHOTS, file), 'utf8').includes(DUMMY_TOKEN))
    expect(files.toSorted()).toEqual(PAYLOAD_CASES.map(({ file }) => file).toSorted())
  })

  test('stand in the index, each once and with a sentence, and there is no other file', async () => {
    const index = galleryIndex()
    const listed = [...index.matchAll(/\]\(([a-z0-9/-]+\.yaml)\)/g)].map(([, file]) => file ?? '')
    const made = [...RUN_EXAMPLES, ...SCHEDULES, ...Object.values(RECORDS), ...PAYLOAD_CASES].map(({ file }) => file)
    expect(listed.toSorted()).toEqual(made.toSorted())
    expect(filesOnDisk().filter((file) => !made.includes(file))).toEqual([])
    await expect(index).toMatchFileSnapshot(golden('README.md'))
  })
})
