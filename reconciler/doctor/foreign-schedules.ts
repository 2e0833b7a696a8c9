/** Schedules of another runner, such as the vendor's, would start each pipeline a second time. They are known by the variables that every ingestion pod has. */
import type { V1Container, V1CronJob, V1ObjectMeta } from '@kubernetes/client-node'
import { LABEL_MANAGED_BY, MANAGED_BY } from '../../compiler/labels.ts'
import type { CronWorkflow } from '../cluster/cluster-checks.ts'
import { type Judgement, ok, warn } from './finding.ts'

const INGESTION_VARIABLES = ['pipelineType', 'ingestionPipelineFQN', 'pipelineRunId']

export function judgeCronJobs(cronJobs: readonly V1CronJob[], namespace: string): Judgement[] {
  return judge({ kind: 'CronJob', namespace }, cronJobs, ({ spec }) => spec?.jobTemplate.spec?.template.spec?.containers ?? [])
}

export function judgeCronWorkflows(cronWorkflows: readonly CronWorkflow[], namespace: string): Judgement[] {
  return judge({ kind: 'CronWorkflow', namespace }, cronWorkflows, ({ spec }) =>
    (spec?.workflowSpec?.templates ?? []).flatMap(({ container }) => container ?? []),
  )
}

interface Schedule {
  readonly metadata?: V1ObjectMeta
  readonly spec?: { readonly suspend?: boolean }
}

function judge<T extends Schedule>(
  { kind, namespace }: { readonly kind: string; readonly namespace: string },
  schedules: readonly T[],
  containersOf: (schedule: T) => readonly V1Container[],
): Judgement[] {
  const foreign = schedules.filter((one) => isForeign(one) && one.spec?.suspend !== true && runsIngestion(containersOf(one)))
  if (foreign.length === 0) return [ok(`no ${kind} that fires`)]
  return foreign.map(({ metadata }) => {
    const name = metadata?.name ?? ''
    const command = `kubectl patch ${kind.toLowerCase()} ${name} --namespace ${namespace} --type merge -p '{"spec":{"suspend":true}}'`
    return warn(`${kind} ${name} of another runner still fires`, `suspend it once its pipeline is deployed here: ${command}`)
  })
}

function isForeign({ metadata }: Schedule): boolean {
  return metadata?.labels?.[LABEL_MANAGED_BY] !== MANAGED_BY
}

function runsIngestion(containers: readonly V1Container[]): boolean {
  return containers.some(({ env = [] }) => env.some(({ name }) => INGESTION_VARIABLES.includes(name)))
}
