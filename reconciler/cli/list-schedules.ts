import { formatIssues } from '../../compiler/issue.ts'
import { agentLabelValue, LABEL_AGENT, LABEL_ROLE } from '../../compiler/labels.ts'
import { parseSchedule, SCHEDULE_ROLE } from '../../compiler/schedule/schedule-config-map.ts'
import type { StoredSchedule } from '../../compiler/schedule/schedule-record.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { listAll } from '../cluster/list-all.ts'

/** The schedules of the namespace, of one runner or of all. Those that cannot be read are told on stderr. */
export async function listSchedules(cluster: Cluster, agent: string | undefined): Promise<StoredSchedule[]> {
  const own = agent === undefined ? '' : `${LABEL_AGENT}=${agentLabelValue(agent)},`
  const schedules: StoredSchedule[] = []
  for (const configMap of await listAll(cluster, 'configmaps', `${own}${LABEL_ROLE}=${SCHEDULE_ROLE}`)) {
    const parsed = parseSchedule(configMap)
    if (parsed.ok) schedules.push(parsed.value)
    else process.stderr.write(`${configMap.metadata?.name ?? ''}: ${formatIssues(parsed.error)}\n`)
  }
  return schedules
}
