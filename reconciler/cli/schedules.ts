import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { mustBeNamespace } from './empty-namespace.ts'
import { listCrons } from './list-crons.ts'
import { listSchedules } from './list-schedules.ts'
import { namespaceOption } from './namespace-option.ts'
import { type ScheduleRow, scheduleRows } from './schedule-rows.ts'
import { formatTable } from './table.ts'

interface SchedulesOptions {
  readonly namespace: string
  readonly agent?: string
  readonly output: 'table' | 'yaml' | 'json'
}

const EXAMPLE = `
A state that ends with \`, not applied\` is one that the cluster does not fire, or fires as it was before: the log of the runner has the words of the
API server.

Example:
  hybrid-runner schedules --namespace ingestion`

/** `schedules`: what is deployed, and when it fires next. */
export function schedulesCommand(): Command {
  return new Command('schedules')
    .description('the schedules this cluster knows: expression, zone, state, next run, CronJob')
    .addOption(namespaceOption())
    .addOption(new Option('--agent <id>', 'only the schedules of this runner').env('AGENT_ID'))
    .addOption(new Option('-o, --output <format>').choices(['table', 'yaml', 'json']).default('table'))
    .addHelpText('after', EXAMPLE)
    .action(showSchedules)
}

async function showSchedules({ namespace, agent, output }: SchedulesOptions): Promise<void> {
  const cluster = connectKubeCluster({ namespace })
  const schedules = await listSchedules(cluster, agent)
  if (schedules.length === 0) await mustBeNamespace(namespace)
  process.stdout.write(`${format(scheduleRows(schedules, await listCrons(cluster, agent), Date.now()), output)}\n`)
}

function format(rows: readonly ScheduleRow[], output: SchedulesOptions['output']): string {
  if (output === 'json') return JSON.stringify(rows, null, 2)
  if (output === 'yaml') return stringify(rows, { lineWidth: 0 }).trimEnd()
  const heading = ['PIPELINE', 'SCHEDULE', 'ZONE', 'STATE', 'NEXT RUN', 'CRONJOB']
  return formatTable([heading, ...rows.map((row) => [row.pipeline, row.schedule, row.timeZone, row.state, row.nextRun ?? '', row.cron ?? ''])])
}
