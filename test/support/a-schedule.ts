import type { V1CronJob } from '@kubernetes/client-node'
import { cronName } from '../../compiler/names.ts'
import { parseSchedule, SCHEDULE_ROLE } from '../../compiler/schedule/schedule-config-map.ts'
import { LABEL_ROLE } from '../../compiler/labels.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import { listCrons } from '../../reconciler/cli/list-crons.ts'
import { type ScheduleRow, scheduleRows } from '../../reconciler/cli/schedule-rows.ts'
import { must } from '../compiler/examples/must.ts'
import { ENVIRONMENT } from '../compiler/examples/policy.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import type { World } from './a-runner.ts'

export const PIPELINE_ID = String(aMetadataRun().ingestionPipeline['id'])
export const CRON_NAME = cronName(PIPELINE_ID, ENVIRONMENT.AGENT_ID)

/** A pipeline as `delete`, `toggle` and `queued` name it. */
export function thePipeline(updatedAt?: number) {
  const ingestionPipeline = { id: PIPELINE_ID, fullyQualifiedName: 'prod_mysql.nightly', ...(updatedAt === undefined ? {} : { updatedAt }) }
  return { runner: ENVIRONMENT.AGENT_ID, ingestionPipeline }
}

/** The revisions in the cluster, the newest first. */
export function revisionsIn({ cluster }: World): StoredSchedule[] {
  return cluster
    .all('configmaps')
    .filter(({ metadata }) => metadata?.labels?.[LABEL_ROLE] === SCHEDULE_ROLE)
    .map((configMap) => must(parseSchedule(configMap)))
    .toSorted((one, other) => other.status.updatedAtMs - one.status.updatedAtMs)
}

/** The schedules as `hybrid-runner schedules` shows them. */
export async function shownSchedules(world: World): Promise<ScheduleRow[]> {
  return scheduleRows(revisionsIn(world), await listCrons(world.cluster, undefined), world.clock.nowMs)
}

/** The CronJob of the example pipeline, once it is as the test says. */
export async function cronIn({ cluster }: World, isAsExpected: (cron: V1CronJob) => boolean = () => true): Promise<V1CronJob> {
  const found = (): V1CronJob | undefined => {
    const cron = cluster.find('cronjobs', CRON_NAME)
    return cron !== undefined && isAsExpected(cron) ? cron : undefined
  }
  await cluster.changes.until(() => found() !== undefined)
  const cron = found()
  if (cron === undefined) throw new Error('there is no such CronJob')
  return cron
}

/** Name of the payload that the CronJob's pods read. */
export function payloadOf(cron: V1CronJob): string | undefined {
  const [container] = cron.spec?.jobTemplate.spec?.template.spec?.containers ?? []
  return container?.env?.find(({ name }) => name === 'config')?.valueFrom?.secretKeyRef?.name
}
