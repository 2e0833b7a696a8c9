/** What the compiler makes, started for real: the values that only Kubernetes and Argo put in, and what stays until an end is recorded. */
import { randomUUID } from 'node:crypto'
import type { V1ConfigMap, V1CronJob, V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIT_BY_METHOD } from '../../compiler/admit.ts'
import type { CronWorkflow, Workflow } from '../../compiler/argo/workflow-types.ts'
import { compile } from '../../compiler/compile.ts'
import { compileSchedule } from '../../compiler/compile-schedule.ts'
import { END_RECORDED_FINALIZER, LABEL_RECORD } from '../../compiler/labels.ts'
import { payloadSecret } from '../../compiler/payload.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import { parseRecord, recordConfigMap } from '../../compiler/record-config-map.ts'
import { parseSchedule, scheduleConfigMap } from '../../compiler/schedule/schedule-config-map.ts'
import { allowWorkflowPods } from '../cluster/argo.ts'
import { startCluster } from '../cluster/cluster.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { externalKubeconfig } from '../cluster/external-cluster.ts'
import { BUSYBOX_IMAGE } from '../cluster/images.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { createNamespace } from '../cluster/namespaces.ts'
import { ARGO_CLUSTER } from '../cluster/vitest-setup.ts'
import { waitFor } from '../cluster/waiting.ts'
import { must } from './examples/must.ts'
import { aPolicyOf } from './examples/policy.ts'
import { FACTS, NOW_MS } from './examples/run.ts'
import { withPipeline } from './examples/run-request.ts'
import { admittedSchedule, aDeploy, DAY_MS } from './examples/schedule.ts'

/** What Kubernetes and Argo would put something in for. */
const ODD_NAME = 'db.{{workflow.name}} $(config) {{{x}}'
const ODD_VALUE = '"{{=1}}", a:b'

/** Tells the variables by the pod's own status. */
const TELL = ['sh', '-c', 'printf "%s\\n" "$pipelineRunId" "$jobName" "$ingestionPipelineFQN" "$ODD" "${config:+given}" > /dev/termination-log']

let cluster: Cluster
let namespace: string

function pathOf(apiVersion: string, collection: string, name = ''): string {
  return `${apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`}/namespaces/${namespace}/${collection}${name === '' ? '' : `/${name}`}`
}

async function create<Object extends object>(apiVersion: string, collection: string, body: Object): Promise<Object> {
  return (await callJson(cluster.api, { method: 'POST', path: pathOf(apiVersion, collection), body })) as Object
}

function policyFor(executor: Executor): Policy {
  const environment = {
    INGESTION_NAMESPACE: namespace,
    INGESTION_IMAGE: BUSYBOX_IMAGE,
    DYNAMIC_INGESTION_VERSION_ENABLED: 'false',
    INGESTION_SERVICE_ACCOUNT_NAME: 'default',
    INGESTION_EXTRA_ENVS: JSON.stringify({ ODD: ODD_VALUE }),
    INGESTION_CPU_REQUEST: '10m',
    INGESTION_MEMORY_REQUEST: '16Mi',
  }
  return aPolicyOf(executor, environment)
}

/** Record and payload in the cluster, and what they compile to: as the runner goes about it. */
async function startRun(executor: Executor): Promise<{ runId: string; object: V1Pod | Workflow }> {
  const policy = policyFor(executor)
  const runId = randomUUID()
  const request = { ...withPipeline({ fullyQualifiedName: ODD_NAME }), runId }
  const { record, payload } = must(ADMIT_BY_METHOD['pipeline/run'](request, policy, { ...FACTS, nowMs: NOW_MS }))
  const stored = must(parseRecord(await create<V1ConfigMap>('v1', 'configmaps', recordConfigMap(record))))
  await create('v1', 'secrets', payloadSecret(payload, stored))
  return { runId, object: must(compile(stored, policy, FACTS)).objects[0] }
}

async function deploy(executor: Executor): Promise<V1CronJob | CronWorkflow> {
  const policy = policyFor(executor)
  const id = randomUUID()
  const { record, payload } = admittedSchedule(aDeploy({ scheduleInterval: '* * * * *' }, { id, fullyQualifiedName: ODD_NAME }), policy)
  const stored = must(parseSchedule(await create<V1ConfigMap>('v1', 'configmaps', scheduleConfigMap(record))))
  await create('v1', 'secrets', payloadSecret(payload, stored))
  return must(compileSchedule(stored, policy, { ...FACTS, nowMs: NOW_MS + DAY_MS })).objects[0]
}

/** The object with a program that tells its variables in place of the ingestion. */
function telling<Object extends object>(object: Object): Object {
  return JSON.parse(JSON.stringify(object), (key, value: unknown) => (key === 'command' ? TELL : value)) as Object
}

/** The first pod of that record whose program has ended, and what it told. */
async function told(record: string): Promise<{ pod: V1Pod; lines: string[] }> {
  const selector = encodeURIComponent(`${LABEL_RECORD}=${record}`)
  return waitFor(
    async () => {
      const { items } = (await callJson(cluster.api, { method: 'GET', path: `${pathOf('v1', 'pods')}?labelSelector=${selector}` })) as { items: V1Pod[] }
      for (const pod of items) {
        const message = pod.status?.containerStatuses?.find(({ name }) => name === 'main')?.state?.terminated?.message
        if (message !== undefined) return { pod, lines: message.trimEnd().split('\n') }
      }
      return undefined
    },
    { what: `the end of a pod of ${record}`, everyMs: 300 },
  )
}

function recordOf(object: { metadata?: { labels?: Record<string, string> } }): string {
  return object.metadata?.labels?.[LABEL_RECORD] ?? ''
}

/** What a runner does at its end: nothing fires any more, and nothing is kept. */
async function cleanUp(): Promise<void> {
  const crons = [pathOf('batch/v1', 'cronjobs'), pathOf('argoproj.io/v1alpha1', 'cronworkflows')]
  for (const path of crons) await callJson(cluster.api, { method: 'DELETE', path })
  for (const path of [pathOf('argoproj.io/v1alpha1', 'workflows'), pathOf('v1', 'pods')]) {
    const { items } = (await callJson(cluster.api, { method: 'GET', path })) as { items: (V1Pod | Workflow)[] }
    for (const { metadata } of items) {
      const call = {
        method: 'PATCH',
        path: `${path}/${metadata?.name}`,
        body: { metadata: { finalizers: null } },
        contentType: 'application/merge-patch+json',
      } as const
      await cluster.api(call)
    }
  }
  await callJson(cluster.api, { method: 'DELETE', path: `/api/v1/namespaces/${namespace}` })
}

describe.skipIf(externalKubeconfig() !== undefined)('started for real', () => {
  beforeAll(async () => {
    cluster = await startCluster(ARGO_CLUSTER)
    namespace = (await createNamespace(cluster, 'started', { 'pod-security.kubernetes.io/enforce': 'restricted' })).name
    await allowWorkflowPods(cluster, namespace, 'default')
  })
  afterAll(cleanUp)

  test.concurrent('a pod knows its run, its name and its pipeline, whatever that is called', async () => {
    const { runId, object } = await startRun('simpleK8s')
    await create('v1', 'pods', telling(object))
    const { pod, lines } = await told(recordOf(object))
    expect(lines).toEqual([runId, pod.metadata?.name, ODD_NAME, ODD_VALUE, 'given'])
  })

  test.concurrent('so does the pod of a Workflow, and the Workflow stays with our finalizer', async () => {
    const { runId, object } = await startRun('argo')
    await create('argoproj.io/v1alpha1', 'workflows', telling(object))
    const { pod, lines } = await told(recordOf(object))
    expect(lines).toEqual([runId, object.metadata?.name, ODD_NAME, ODD_VALUE, 'given'])
    expect(pod.spec).toMatchObject({ enableServiceLinks: false, terminationGracePeriodSeconds: 60 })
    expect(pod.metadata?.name).toBe(object.metadata?.name)
    const path = pathOf('argoproj.io/v1alpha1', 'workflows', object.metadata?.name)
    await callJson(cluster.api, { method: 'DELETE', path })
    const { metadata } = (await callJson(cluster.api, { method: 'GET', path })) as unknown as Workflow
    expect(metadata.finalizers).toContain(END_RECORDED_FINALIZER)
  })

  test.concurrent('the pod of a CronJob takes the uid of its Job for its run, and stays with our finalizer', async () => {
    const cronJob = await deploy('simpleK8s')
    await create('batch/v1', 'cronjobs', telling(cronJob))
    const { pod, lines } = await told(recordOf(cronJob))
    const [owner] = pod.metadata?.ownerReferences ?? []
    expect(lines).toEqual([owner?.uid, owner?.name, ODD_NAME, ODD_VALUE, 'given'])
    expect(pod.metadata?.finalizers).toContain(END_RECORDED_FINALIZER)
  })

  test.concurrent('the pod of a CronWorkflow takes the uid of its Workflow for its run, and that stays with our finalizer', async () => {
    const cronWorkflow = await deploy('argo')
    await create('argoproj.io/v1alpha1', 'cronworkflows', telling(cronWorkflow))
    const { pod, lines } = await told(recordOf(cronWorkflow))
    const [owner] = pod.metadata?.ownerReferences ?? []
    expect(lines).toEqual([owner?.uid, owner?.name, ODD_NAME, ODD_VALUE, 'given'])
    const { metadata } = (await callJson(cluster.api, { method: 'GET', path: pathOf('argoproj.io/v1alpha1', 'workflows', owner?.name) })) as unknown as Workflow
    expect(metadata.finalizers).toContain(END_RECORDED_FINALIZER)
    expect(metadata.labels).toMatchObject(cronWorkflow.metadata?.labels ?? {})
  })
})
