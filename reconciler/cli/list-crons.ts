import { agentLabelValue, LABEL_AGENT, LABEL_PIPELINE_ID } from '../../compiler/labels.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { listAll, listAllOfArgo } from '../cluster/list-all.ts'
import { observeCron, type ObservedCron } from '../schedule/observed-cron.ts'

/**
 * What fires the schedules of the namespace, of one runner or of all: CronJobs, and CronWorkflows where there are such and the account may
 * list them, as the runner's own may under Argo. undefined, and told on stderr, where it may not list CronJobs.
 */
export async function listCrons(cluster: Cluster, agent: string | undefined): Promise<ObservedCron[] | undefined> {
  const selector = `${agent === undefined ? '' : `${LABEL_AGENT}=${agentLabelValue(agent)},`}${LABEL_PIPELINE_ID}`
  try {
    const crons = [await listAll(cluster, 'cronjobs', selector), await listAllOfArgo(cluster, 'cronworkflows', selector)].flat()
    return crons.map(observeCron).filter(({ isBeingDeleted }) => !isBeingDeleted)
  } catch (error) {
    if (!isClusterError(error, 'Forbidden')) throw error
    process.stderr.write('whether the schedules are applied was not checked: this account may not list CronJobs\n')
    return undefined
  }
}
