import { readdirSync, readFileSync } from 'node:fs'
import type { V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { payloadSecret } from '../../compiler/payload.ts'
import { recordConfigMap } from '../../compiler/record-config-map.ts'
import { toYaml } from '../../compiler/serialize.ts'
import { GALLERY } from './examples/gallery.ts'
import type { ExampleName } from './examples/gallery.ts'
import { runOf } from './examples/run.ts'
import { DUMMY_TOKEN } from './examples/run-request.ts'

const SNAPSHOTS = new URL('../../snapshots/', import.meta.url)

function golden(name: string): string {
  return `../../snapshots/${name}.yaml`
}

function compiled(name: ExampleName) {
  const { request, policy, facts } = GALLERY[name]
  return runOf(request, policy, facts)
}

function mainOf(pod: V1Pod) {
  const container = pod.spec?.containers[0]
  if (container === undefined) throw new Error('the pod has no container')
  return container
}

/** What each example is there to show. */
const POINTS: Readonly<Record<ExampleName, (pod: V1Pod) => void>> = {
  'default': (pod) => expect(mainOf(pod).command).toEqual(['python', 'main.py']),
  'tolerations': (pod) =>
    expect(pod.spec?.tolerations).toEqual([
      { key: 'nodetype', operator: 'Equal', value: 'openmetadata-hybrid-runner', effect: 'NoSchedule' },
      { key: 'spot', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 120 },
    ]),
  'tolerations-for-every-type': (pod) => expect(pod.spec?.tolerations).toEqual([{ operator: 'Exists' }]),
  'node-selector': (pod) => expect(pod.spec?.nodeSelector).toEqual({ 'nodetype': 'openmetadata-hybrid-runner', 'kubernetes.io/arch': 'amd64' }),
  'priority-class': (pod) => expect(pod.spec?.priorityClassName).toBe('ingestion-high'),
  'resources': (pod) =>
    expect(mainOf(pod).resources).toEqual({
      requests: { cpu: '500m', memory: '2Gi' },
      limits: { 'cpu': '2', 'memory': '2Gi', 'ephemeral-storage': '1Gi' },
    }),
  'service-account': (pod) => expect(pod.spec).toMatchObject({ serviceAccountName: 'ingestion-irsa', automountServiceAccountToken: false }),
  'pull-secrets': (pod) => expect(pod.spec?.imagePullSecrets).toEqual([{ name: 'omd-registry-credentials' }, { name: 'mirror-credentials' }]),
  'image-tag-dynamic': (pod) => expect(mainOf(pod).image).toBe('registry.example.com/collate/ingestion:om-1.12.4-cl-1.12.4'),
  'image-tag-fixed': (pod) => expect(mainOf(pod).image).toBe('registry.example.com/collate/ingestion:om-1.11.0-cl-1.11.0'),
  'image-digest': (pod) => expect(mainOf(pod).image).toMatch(/@sha256:[0-9a-f]{64}$/),
  'extra-envs': (pod) =>
    expect(mainOf(pod).env?.slice(-2)).toEqual([
      { name: 'NO_PROXY', value: 'localhost,.svc' },
      { name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' },
    ]),
  'secrets-manager-azure': (pod) => expect(pod.metadata?.labels?.['azure.workload.identity/use']).toBe('true'),
  'workflow-timeout': (pod) => expect(pod.spec?.activeDeadlineSeconds).toBe(3600),
  'large-payload': (pod) => {
    expect(mainOf(pod).env?.map(({ name }) => name)).not.toContain('config')
    expect(mainOf(pod).volumeMounts).toContainEqual({ name: 'payload', mountPath: '/etc/hybrid-runner/payload', readOnly: true })
  },
}

describe('golden files', () => {
  test.each(Object.keys(GALLERY) as ExampleName[])('%s is the pod on file, and shows its point', async (name) => {
    const { pod } = compiled(name)
    POINTS[name](pod)
    await expect(toYaml([pod])).toMatchFileSnapshot(golden(name))
  })

  test('a record and its payload are on file, the payload masked', async () => {
    const { record, payload, stored } = compiled('default')
    const yaml = toYaml([recordConfigMap(record), payloadSecret(payload, stored)])
    expect(yaml).not.toContain(Buffer.from(DUMMY_TOKEN).toString('base64').slice(0, 12))
    await expect(yaml).toMatchFileSnapshot(golden('record-and-payload'))
  })

  test('the workflow config that a pod is given is on file, with a dummy token', async () => {
    const { payload } = compiled('default')
    const config: unknown = JSON.parse(payload.content)
    expect(parse(payload.content)).toEqual(config)
    await expect(toYaml([config as object])).toMatchFileSnapshot(golden('workflow-config'))
  })

  test('only the dummy token stands in them, and only in the workflow config', () => {
    const files = readdirSync(SNAPSHOTS).filter((file) => readFileSync(new URL(file, SNAPSHOTS), 'utf8').includes(DUMMY_TOKEN))
    expect(files).toEqual(['workflow-config.yaml'])
  })

  test('the index names each file once, with a sentence, and no other', () => {
    const readme = readFileSync(new URL('README.md', SNAPSHOTS), 'utf8')
    const listed = [...readme.matchAll(/^\| \[([a-z0-9-]+\.yaml)\]\(\1\) \| \S.{10,} \|$/gm)].map(([, file]) => file)
    const files = readdirSync(SNAPSHOTS).filter((file) => file.endsWith('.yaml'))
    expect(files.length).toBe(Object.keys(GALLERY).length + 2)
    expect(listed.toSorted()).toEqual(files.toSorted())
  })
})
