import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { cronName } from '../../compiler/names.ts'
import { LABEL_PIPELINE_ID, LABEL_ROLE } from '../../compiler/labels.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { waitFor } from '../cluster/waiting.ts'
import type { RpcAnswer } from '../collate/link-frame.ts'
import { ask } from './ask.ts'
import type { KubernetesObject } from './place.ts'
import type { Simulate } from './run-request.ts'
import type { Scenario } from './scenario.ts'

export const EVERY_MINUTE = '* * * * *'
/** Fires once a year: its Jobs are made by the test. */
export const ONCE_A_YEAR = '0 0 1 1 *'

export interface DeployOptions {
  readonly schedule: string | null
  readonly simulate?: Simulate
  readonly updatedAt?: number
  readonly airflowConfig?: object
}

/** A pipeline of a scenario with a schedule. */
export interface ScheduledPipeline {
  readonly scenario: Scenario
  readonly id: string
  readonly name: string
  readonly fqn: string
}

export function scheduledPipeline(scenario: Scenario): ScheduledPipeline {
  const id = randomUUID()
  return { scenario, id, name: `of-${id}`, fqn: `prod_mysql.of-${id}` }
}

/** Params of `pipeline/deploy`. */
export function deployParams(
  { scenario, id, name }: ScheduledPipeline,
  { schedule, simulate = {}, updatedAt = Date.now(), airflowConfig = {} }: DeployOptions,
) {
  const { runId: _, notAfter: __, ...request } = scenario.request({ pipelineName: name, simulate })
  const ingestionPipeline = { ...request.ingestionPipeline, id, updatedAt, airflowConfig: { scheduleInterval: schedule, maxActiveRuns: 1, ...airflowConfig } }
  return { ...request, ingestionPipeline }
}

/** Deploys and expects it to be taken; gives the answer's data. */
export async function deploy(pipeline: ScheduledPipeline, options: DeployOptions): Promise<{ readonly nextRun?: number | null }> {
  return taken(await ask(pipeline.scenario, 'pipeline/deploy', deployParams(pipeline, options)))
}

/** `pipeline/delete`, `pipeline/toggle` and the like. */
export async function tell(pipeline: ScheduledPipeline, method: string, more: object = {}): Promise<{ readonly nextRun?: number | null }> {
  const ingestionPipeline = { id: pipeline.id, fullyQualifiedName: pipeline.fqn, updatedAt: Date.now() }
  return taken(await ask(pipeline.scenario, method, { runner: pipeline.scenario.agentId, ingestionPipeline, ...more }))
}

function taken(answer: RpcAnswer): { readonly nextRun?: number | null } {
  expect(answer).toMatchObject({ result: { code: 200 } })
  return 'result' in answer ? ((answer.result as { data?: object }).data ?? {}) : {}
}

const batch = ({ namespace }: Scenario, resource: string): string => `/apis/batch/v1/namespaces/${namespace}/${resource}`
const argo = ({ namespace }: Scenario, resource: string): string => `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/${resource}`

function cronPath({ scenario, id }: ScheduledPipeline): string {
  const crons = scenario.place.executor === 'argo' ? argo(scenario, 'cronworkflows') : batch(scenario, 'cronjobs')
  return `${crons}/${cronName(id, scenario.agentId)}`
}

export interface CronJob extends KubernetesObject {
  readonly spec: { readonly schedule: string; readonly suspend: boolean; readonly jobTemplate: { readonly metadata: object; readonly spec: object } }
}

/** The CronJob of the pipeline, under Argo its CronWorkflow, which is suspended in the same way; undefined when there is none. */
export async function cronOf(pipeline: ScheduledPipeline): Promise<CronJob | undefined> {
  const { status, body } = await pipeline.scenario.cluster.api({ method: 'GET', path: cronPath(pipeline) })
  return status === 404 ? undefined : (JSON.parse(body) as CronJob)
}

/** The CronJob, once it is as the test says. */
export async function untilCron(pipeline: ScheduledPipeline, isAsExpected: (cron: CronJob) => boolean = () => true): Promise<CronJob> {
  const probe = async (): Promise<CronJob | undefined> => {
    const cron = await cronOf(pipeline)
    return cron !== undefined && isAsExpected(cron) ? cron : undefined
  }
  return waitFor(probe, { what: `the CronJob of pipeline ${pipeline.id}` })
}

export async function untilNoCron(pipeline: ScheduledPipeline): Promise<void> {
  await waitFor(async () => ((await cronOf(pipeline)) === undefined ? true : undefined), { what: `no CronJob of pipeline ${pipeline.id}` })
}

/** Somebody changes the CronJob by hand. */
export async function editCron(pipeline: ScheduledPipeline, patch: object): Promise<void> {
  await callJson(pipeline.scenario.cluster.api, { method: 'PATCH', path: cronPath(pipeline), body: patch, contentType: 'application/merge-patch+json' })
}

export async function deleteByHand({ cluster, namespace }: Scenario, resource: 'cronjobs' | 'jobs', name: string): Promise<void> {
  const path = `/apis/batch/v1/namespaces/${namespace}/${resource}/${name}`
  await callJson(cluster.api, { method: 'DELETE', path, body: { propagationPolicy: 'Background' } })
}

/** Starts a Job of the CronJob as `kubectl create job --from` and the CronJob controller do; gives its uid, which is the run's id. */
export async function startJob(pipeline: ScheduledPipeline, { suspend = false } = {}): Promise<{ readonly name: string; readonly uid: string }> {
  const { scenario } = pipeline
  const { metadata, spec } = await untilCron(pipeline)
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true }
  const name = `${metadata.name}-${randomUUID().slice(0, 8)}`
  const metadataOfJob = { ...spec.jobTemplate.metadata, name, ownerReferences: [owner] }
  const body = { apiVersion: 'batch/v1', kind: 'Job', metadata: metadataOfJob, spec: { ...spec.jobTemplate.spec, suspend } }
  const job = (await callJson(scenario.cluster.api, { method: 'POST', path: batch(scenario, 'jobs'), body })) as unknown as KubernetesObject
  return { name, uid: job.metadata.uid }
}

/** Starts a Workflow of the CronWorkflow as Argo's controller does; gives its uid, which is the run's id. */
export async function startWorkflow(pipeline: ScheduledPipeline): Promise<{ readonly name: string; readonly uid: string }> {
  const { scenario } = pipeline
  const { metadata, spec } = (await untilCron(pipeline)) as unknown as CronWorkflow
  const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: 'CronWorkflow', name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true }
  const name = `${metadata.name}-${randomUUID().slice(0, 8)}`
  const labels = { ...spec.workflowMetadata.labels, 'workflows.argoproj.io/cron-workflow': metadata.name }
  const metadataOfWorkflow = { ...spec.workflowMetadata, name, labels, ownerReferences: [owner] }
  const body = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: metadataOfWorkflow, spec: spec.workflowSpec }
  const workflow = (await callJson(scenario.cluster.api, { method: 'POST', path: argo(scenario, 'workflows'), body })) as unknown as KubernetesObject
  return { name, uid: workflow.metadata.uid }
}

interface CronWorkflow extends KubernetesObject {
  readonly spec: { readonly workflowMetadata: { readonly labels: Readonly<Record<string, string>> }; readonly workflowSpec: object }
}

export interface Job extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly annotations?: Readonly<Record<string, string>>; readonly creationTimestamp: string }
}

/** The Jobs that the pipeline's schedule has started, under Argo its Workflows. */
export async function jobsOf({ scenario, id }: ScheduledPipeline): Promise<readonly Job[]> {
  const jobs = scenario.place.executor === 'argo' ? argo(scenario, 'workflows') : batch(scenario, 'jobs')
  const path = `${jobs}?labelSelector=${encodeURIComponent(`${LABEL_PIPELINE_ID}=${id}`)}`
  return (await callJson(scenario.cluster.api, { method: 'GET', path }))['items'] as readonly Job[]
}

/** The first Job, under Argo Workflow, that fires, and is not one of those known. */
export async function untilFired(pipeline: ScheduledPipeline, known: readonly Job[] = []): Promise<Job> {
  const probe = async (): Promise<Job | undefined> => (await jobsOf(pipeline)).find(({ metadata }) => known.every((one) => one.metadata.uid !== metadata.uid))
  return waitFor(probe, { what: `a firing of pipeline ${pipeline.id}`, everyMs: 500 })
}

/** Deploys what is due every minute and starts at the next one that is far enough for the deploy to be done: it fires then, as was told. */
export async function expectFiringAtStart(pipeline: ScheduledPipeline): Promise<void> {
  const startMs = Math.ceil((Date.now() + 40_000) / 60_000) * 60_000
  const { nextRun } = await deploy(pipeline, { schedule: EVERY_MINUTE, airflowConfig: { startDate: new Date(startMs).toISOString() } })
  expect(nextRun).toBe(startMs)
  await untilCron(pipeline, ({ spec }) => spec.suspend)
  const { metadata } = await untilFired(pipeline)
  const firedMs = Date.parse(metadata.creationTimestamp ?? '')
  expect(firedMs).toBeGreaterThanOrEqual(startMs)
  expect(firedMs).toBeLessThan(startMs + 30_000)
}

/** Names of what the schedule of the pipeline has in the cluster: its revisions and payloads. */
export async function schedulePartsOf({
  scenario,
  id,
}: ScheduledPipeline): Promise<{ readonly revisions: KubernetesObject[]; readonly payloads: KubernetesObject[] }> {
  const own = async (resource: string): Promise<KubernetesObject[]> =>
    (await scenario.list(resource)).filter(({ metadata }) => metadata.labels?.[LABEL_PIPELINE_ID] === id)
  const [configMaps, secrets] = await Promise.all([own('configmaps'), own('secrets')])
  const revisions = configMaps.filter(({ metadata }) => metadata.labels?.[LABEL_ROLE] === 'schedule')
  return { revisions, payloads: secrets.filter(({ metadata }) => metadata.name.startsWith('schedule-')) }
}
