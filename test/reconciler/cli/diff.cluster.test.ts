import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admit } from '../../../compiler/admit.ts'
import { admitSchedule } from '../../../compiler/admit-schedule.ts'
import { compile } from '../../../compiler/compile.ts'
import { compileSchedule } from '../../../compiler/compile-schedule.ts'
import { payloadSecret } from '../../../compiler/payload.ts'
import { parseRecord, recordConfigMap } from '../../../compiler/record-config-map.ts'
import { parseSchedule, scheduleConfigMap } from '../../../compiler/schedule/schedule-config-map.ts'
import type { Cluster } from '../../cluster/cluster-handle.ts'
import { startCluster } from '../../cluster/cluster.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { createNamespace, type TestNamespace } from '../../cluster/namespaces.ts'
import { must } from '../../compiler/examples/must.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { aMetadataRun } from '../../compiler/examples/run-request.ts'
import { aDeploy } from '../../compiler/examples/schedule.ts'
import { runCommand } from './run-command.ts'

const IMAGE = 'registry.example.com/ingestion:1'
const POLICY = { EXECUTOR_TYPE: 'simpleK8s', INGESTION_IMAGE: IMAGE, DYNAMIC_INGESTION_VERSION_ENABLED: 'false' }
let cluster: Cluster
let namespace: TestNamespace
let strict: TestNamespace
let folder: string

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'diff')
  strict = await createNamespace(cluster, 'diff-strict')
  for (const { name } of [namespace, strict])
    await create(name, 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ingestion' } })
  const limit = { type: 'Container', max: { cpu: '1m' } }
  await create(strict.name, 'limitranges', { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'tiny' }, spec: { limits: [limit] } })
  folder = await mkdtemp(join(tmpdir(), 'diff-'))
})
afterAll(async () => {
  await Promise.all([namespace.delete(), strict.delete(), rm(folder, { recursive: true })])
})

async function create(inNamespace: string, resource: string, body: object, root = '/api/v1'): Promise<Readonly<Record<string, unknown>>> {
  return callJson(cluster.api, { method: 'POST', path: `${root}/namespaces/${inNamespace}/${resource}`, body })
}

async function diff(request: object, variables: Readonly<Record<string, string>> = {}, inNamespace = namespace.name) {
  const env = { INGESTION_NAMESPACE: inNamespace, ...POLICY, KUBECONFIG: cluster.kubeconfigPath, ...variables }
  const file = join(folder, 'request.json')
  await writeFile(file, JSON.stringify(request))
  return runCommand(['diff', file], { env })
}

const changedLines = (text: string): string[] => text.split('\n').filter((line) => /^[+-] /.test(line))
const policyHere = () => aPolicy({ ...POLICY, INGESTION_NAMESPACE: namespace.name })

describe('the diff of a run', () => {
  const request = { method: 'pipeline/run', params: aMetadataRun() }

  test('that is not there shows all of it as new', async () => {
    const { code, stdout, stderr } = await diff(request)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const kind of ['ConfigMap', 'Secret', 'Pod']) expect(stdout).toContain(`+kind: ${kind}`)
  })

  test('that is there is unchanged', async () => {
    const nowMs = Date.now()
    const { record, payload } = must(admit(request.params, policyHere(), { nowMs }))
    const stored = must(parseRecord(await create(namespace.name, 'configmaps', recordConfigMap(record))))
    await create(namespace.name, 'secrets', payloadSecret(payload, stored))
    for (const pod of must(compile(stored, policyHere(), {})).objects) await create(namespace.name, 'pods', pod)
    const { code, stdout, stderr } = await diff(request)
    expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({
      code: 0,
      stderr: '',
      lines: [`ConfigMap/${stored.name}: unchanged`, `Secret/${payload.secretName}: unchanged`, expect.stringMatching(/^Pod\/.*: unchanged$/)],
    })
  })

  test('that another policy would start otherwise shows the line that differs, and that it stays as it is', async () => {
    const { code, stdout } = await diff(request, { INGESTION_IMAGE: 'registry.example.com/ingestion:2' })
    expect(code).toBe(0)
    expect(stdout).toContain('is there already, and runs are not changed once started')
    expect(changedLines(stdout).map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([`- image: ${IMAGE}`, '+ image: registry.example.com/ingestion:2'])
  })
})

describe('the diff of a schedule', () => {
  const request = { method: 'pipeline/deploy', params: aDeploy() }

  test('that is there is unchanged, and shows the line that a new policy changes', async () => {
    const nowMs = Date.now()
    const admitted = must(admitSchedule(request.params, policyHere(), { nowMs }))
    if (admitted === null) throw new Error('the request has no schedule')
    const stored = must(parseSchedule(await create(namespace.name, 'configmaps', scheduleConfigMap(admitted.record))))
    await create(namespace.name, 'secrets', payloadSecret(admitted.payload, stored))
    for (const object of must(compileSchedule(stored, policyHere(), { nowMs })).objects) await create(namespace.name, 'cronjobs', object, '/apis/batch/v1')
    const same = await diff(request)
    expect(same).toMatchObject({ code: 0, stderr: '' })
    expect(same.stdout.match(/: unchanged$/gm)).toHaveLength(3)

    const other = await diff(request, { INGESTION_IMAGE: 'registry.example.com/ingestion:2' })
    expect(other.code).toBe(0)
    expect(changedLines(other.stdout).map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([`- image: ${IMAGE}`, '+ image: registry.example.com/ingestion:2'])
  })
})

describe('a diff that the cluster refuses', () => {
  const request = { method: 'pipeline/run', params: aMetadataRun() }

  test("fails with the API server's words where the policy breaks the namespace's limits", async () => {
    const { code, stdout } = await diff(request, {}, strict.name)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Pod\/.*: refused \(Rejected\): .*maximum cpu usage per Container is 1m/m)
  })

  test('fails with the words for a namespace that is not there', async () => {
    const { code, stdout } = await diff(request, {}, 'diff-nowhere')
    expect(code).toBe(1)
    expect(stdout).toContain('refused (NotFound): namespaces "diff-nowhere" not found')
  })

  test('says what to install for a Workflow where there is no Argo', async ({ skip }) => {
    const { status } = await cluster.api({ method: 'GET', path: '/apis/argoproj.io/v1alpha1' })
    if (status === 200) skip('this cluster has Argo')
    const { code, stdout } = await diff(request, { EXECUTOR_TYPE: 'argo' })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Workflow\/.*: install Argo Workflows or set EXECUTOR_TYPE=simpleK8s$/m)
  })
})
