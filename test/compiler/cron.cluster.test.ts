/** Schedules and time zones beside a real API server: what it refuses for a new CronJob is refused here, and no more. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeSchedule } from '../../compiler/cron/cron.ts'
import { judgeTimeZone } from '../../compiler/cron/cron-time-zone.ts'
import { TIME_ZONE_NAMES } from '../../compiler/cron/cron-time-zone-names.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { startCluster } from '../cluster/cluster.ts'
import { createNamespace } from '../cluster/namespaces.ts'

let cluster: Cluster
let namespace: Awaited<ReturnType<typeof createNamespace>>

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'cron')
})
afterAll(async () => namespace.delete())

async function clusterTakes(spec: { readonly schedule: string; readonly timeZone?: string }): Promise<boolean> {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example.com/none' }] } }
  const asked = cluster.api({
    method: 'POST',
    path: `/apis/batch/v1/namespaces/${namespace.name}/cronjobs?dryRun=All&fieldValidation=Strict`,
    body: { metadata: { name: 'a' }, spec: { ...spec, jobTemplate: { spec: { template } } } },
  })
  const answer = await asked.catch((error: unknown) => {
    if (crashesParser(spec)) return { status: 422, body: '' }
    throw error
  })
  if (![201, 422].includes(answer.status)) throw new Error(`${JSON.stringify(spec)}: ${answer.status} ${answer.body}`)
  return answer.status === 201
}

/** Kubernetes' parser crashes on a zone with nothing behind it; an older API server does not catch that, and breaks the request off. */
function crashesParser({ schedule }: { readonly schedule: string }): boolean {
  return /^(?:CRON_)?TZ=\S*$/.test(schedule)
}

const SPECS = readFileSync(new URL('cron/specs.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as string)

const OTHER_ZONES = [
  '',
  ' ',
  'Local',
  'local',
  'utc',
  'Utc',
  'europe/berlin',
  'EUROPE/BERLIN',
  'Europe/berlin',
  'America/New York',
  'PST',
  'IST',
  'CEST',
  'BST',
  '+02:00',
  'UTC+2',
  'GMT-5',
  'GMT+0',
  'Etc/GMT+15',
  'Etc/Unknown',
  'Europe/',
  '/Europe/Berlin',
  'Europe//Berlin',
  './UTC',
  '../UTC',
  'Europe/../UTC',
  ' UTC',
  'UTC ',
  'Europe/Atlantis',
  'SystemV/EST5',
  'Zürich',
  'Europe/Zürich',
  'nowhere',
  'TZ=UTC',
  '-UTC',
  'null',
]

describe('we and the API server agree', () => {
  test('on every schedule of the table', async () => {
    const differences: string[] = []
    for (const schedule of SPECS) {
      // With a zone beside it, as our CronJobs have: without one an older API server takes a zone within the schedule.
      if (judgeSchedule(schedule).ok !== (await clusterTakes({ schedule, timeZone: 'UTC' }))) differences.push(schedule)
    }
    expect(differences).toEqual([])
    expect(SPECS.length).toBeGreaterThan(400)
  })

  test('on every time zone', async () => {
    const differences: string[] = []
    for (const timeZone of [...TIME_ZONE_NAMES, ...OTHER_ZONES]) {
      if (judgeTimeZone(timeZone).ok !== (await clusterTakes({ schedule: '@daily', timeZone }))) differences.push(timeZone)
    }
    expect(differences).toEqual([])
  })
})
