import { describe, expect, test } from 'vitest'
import { policyFrom } from '../../../reconciler/cli/read-policy.ts'
import { policySourceFromValues, type ReleaseOptions } from '../../../reconciler/cli/policy-from-values.ts'
import type { Json } from '../../../constructs/expression/expression.ts'
import { plainObjects } from '../../../constructs/yaml/plain-objects.ts'
import { RUNNER_VERSION } from '../../../reconciler/version.ts'

const RELEASE: ReleaseOptions = { release: 'collate-prod', namespace: 'collate' }
const NEEDED = { config: { authTokenSecret: { name: 'collate-token', key: 'token' } }, ecrRegistryHelper: { enabled: false } }

function sourceOf(values: object, ...over: readonly object[]) {
  const source = policySourceFromValues([NEEDED, values, ...over], RELEASE)
  if (!source.ok) throw new Error(JSON.stringify(source.error))
  return source.value
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[]
}

/** What stands in the Deployment of the release, as plain YAML has it. */
function inDeployment(values: Json): Record<string, string> {
  const objects = plainObjects(values, { name: RELEASE.release, namespace: RELEASE.namespace, version: RUNNER_VERSION }) as unknown as {
    readonly kind: string
    readonly metadata: { readonly name: string }
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly [Container] } } }
  }[]
  const deployment = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.startsWith('collate-prod'))
  const env = deployment?.spec.template.spec.containers[0].env ?? []
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

describe('the policy of a values file', () => {
  test("is that of the environment in the release's Deployment", () => {
    const values = { ...NEEDED, installArgoWorkflows: true, config: { ...NEEDED.config, ingestionPods: { namespace: 'ingestion', extraEnvs: ['A:1'] } } }
    const { environment } = sourceOf(values)
    expect(environment).toEqual(inDeployment(values))
    expect(environment).toMatchObject({ EXECUTOR_TYPE: 'argo', INGESTION_NAMESPACE: 'ingestion', INGESTION_CPU_LIMIT: '1000m' })
  })

  test('takes what a later file says over an earlier one, and the default of what it takes away', () => {
    const { environment } = sourceOf({ config: { agentId: 'one', hostIp: '10.0.0.1' } }, { config: { agentId: 'two', hostIp: null } })
    expect(environment['AGENT_ID']).toBe('two')
    expect(environment['HOST_IP'] ?? environment['INGESTION_HOST_IP']).toBeUndefined()
  })

  test("lays the operator's own fields over the pods, from the values alone", () => {
    const customConfig = { enabled: true, containerParams: { env: [{ name: 'Z', value: 'z' }] } }
    const policy = policyFrom(sourceOf({ config: { ingestionPods: { customConfig } } }))
    expect(JSON.stringify(policy.ok && policy.value.customConfig)).toContain('"name":"Z"')
  })

  test('has the executor that is asked for', () => {
    const table = { config: { ingestionPods: { additionalPipelineConfigs: '{}' } } }
    const source = policySourceFromValues([NEEDED, table], { ...RELEASE, executor: 'argo' })
    expect(source.ok && source.value.environment).toMatchObject({ EXECUTOR_TYPE: 'argo', ARGO_PIPELINE_TYPE_CONFIGS: '{}' })
  })

  test('is refused as the chart refuses it, with all problems', () => {
    const none = policySourceFromValues([], RELEASE)
    expect(none.ok ? [] : none.error.map(({ message }) => message.split(':')[0])).toEqual(['config.authToken', 'ecrRegistryHelper.collateCredentials'])
    const wrong = policySourceFromValues([NEEDED, { extraEnvs: 'two', config: { agentID: 'x' } }], RELEASE)
    expect(wrong.ok ? [] : wrong.error.map(({ message }) => message.split(':')[0])).toEqual(['config.agentID', 'extraEnvs'])
  })

  test('tells a problem of a variable by the value that it is made from', () => {
    const pods = { resources: { requests: { cpu: 4 } }, additionalPipelineConfigs: '{"metadata": {"nodeSelector": {"a b": "c"}}}' }
    const policy = policyFrom(sourceOf({ config: { ingestionPods: pods }, extraEnvs: [{ name: 'INGESTION_CPU_LIMIT', value: 'lots' }] }))
    expect(policy.ok ? [] : policy.error.map(({ path }) => path).toSorted()).toEqual([
      'config.ingestionPods.additionalPipelineConfigs.metadata.nodeSelector["a b"]',
      'extraEnvs[INGESTION_CPU_LIMIT]',
    ])
  })

  test('says what it takes from the cluster, and does without', () => {
    const extraEnvs = [{ name: 'INGESTION_IMAGE', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }]
    const source = sourceOf({ extraEnvs, envFrom: [{ secretRef: { name: 'proxy' } }] })
    expect(source.environment['INGESTION_IMAGE']).toBeUndefined()
    expect(source.warnings.filter((text) => text.includes('taken from the cluster')).map((text) => text.split(' ')[0])).toEqual([
      'extraEnvs[INGESTION_IMAGE]',
      'envFrom',
    ])
  })
})
