import type { V1Container, V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/compile.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import type { Policy } from '../../compiler/policy.ts'
import { parseRecord, recordConfigMap } from '../../compiler/record-config-map.ts'
import { SECRETS_CHECKS } from '../../compiler/secrets-check.ts'
import { SECRETS_MANAGERS } from '../../compiler/secrets-manager.ts'
import { RUNNER_IMAGE_VARIABLES } from './examples/gallery-secrets.ts'
import { must } from './examples/must.ts'
import { aPolicy, aPolicyOf, ENVIRONMENT } from './examples/policy.ts'
import type { Environment } from './examples/policy.ts'
import { admittedBy, FACTS, objectOf } from './examples/run.ts'
import { aMetadataRun, aRunWithReferences, withPipeline } from './examples/run-request.ts'
import { aDeploy, scheduleOf } from './examples/schedule.ts'
import { viewOf } from './examples/view.ts'

const policyOf = (environment: Environment = {}): Policy => aPolicy({ ...RUNNER_IMAGE_VARIABLES, ...environment })

function podOf(request: unknown, policy: Policy): V1Pod {
  return objectOf('pipeline/run', request, policy) as V1Pod
}

function namesOf(containers: readonly V1Container[] | undefined): string[] {
  return (containers ?? []).map(({ name }) => name)
}

describe('the init container', () => {
  test('is there only when the request holds references', () => {
    expect(namesOf(podOf(aMetadataRun(), policyOf()).spec?.initContainers)).toEqual([])
    expect(namesOf(podOf(aRunWithReferences(), policyOf()).spec?.initContainers)).toEqual(['secrets'])
  })

  test.each(SECRETS_CHECKS.flatMap((check) => [true, false].map((hasImage) => ({ check, hasImage }))))(
    'is there when it is wanted and has an image: %o',
    ({ check, hasImage }) => {
      const policy = hasImage ? policyOf({ SECRETS_CHECK: check }) : aPolicy({ SECRETS_CHECK: check })
      expect(namesOf(podOf(aRunWithReferences(), policy).spec?.initContainers)).toEqual(hasImage && check !== 'off' ? ['secrets'] : [])
    },
  )

  test('is there for the stores that the runner reads, and no other', () => {
    const managers = SECRETS_MANAGERS.filter((manager) => podOf(aRunWithReferences(), policyOf({ SECRETS_MANAGER: manager })).spec?.initContainers)
    expect(managers).toEqual(['kubernetes', 'managed-aws', 'aws', 'managed-azure-kv', 'azure-kv', 'gcp'])
  })

  test('is not there for a record of before references were noted', () => {
    const { record } = admittedBy('pipeline/run', aRunWithReferences(), policyOf())
    const { secretName, delivery } = record.spec.payload
    const old = recordConfigMap(record)
    const spec = JSON.stringify({ ...record.spec, payload: { secretName, delivery } })
    const stored = must(parseRecord({ ...old, metadata: { ...old.metadata, uid: 'u', resourceVersion: '1' }, data: { ...old.data, spec } }))
    const [pod] = must(compile(stored, policyOf(), FACTS)).objects
    expect(namesOf((pod as V1Pod).spec?.initContainers)).toEqual([])
  })

  test('stays as the payload was made when the policy has changed since: what was made to be resolved is resolved', () => {
    const { stored } = admittedBy('pipeline/run', aRunWithReferences(), policyOf({ SECRETS_CHECK: 'resolve' }))
    const [pod] = must(compile(stored, policyOf({ SECRETS_CHECK: 'off' }), FACTS)).objects
    expect((pod as V1Pod).spec?.initContainers?.[0]?.env).toContainEqual({ name: 'SECRETS_CHECK', value: 'resolve' })
  })

  test('has what the store needs, and its own word on what it is to do', () => {
    const foreign = ['NODE_OPTIONS:--require=/tmp/x.js', 'TERMINATION_LOG:/tmp/x', 'RESOLVED_CONFIG_FILE:/tmp/x']
    const extras = { INGESTION_EXTRA_ENVS: `[AWS_REGION:eu-west-1,SECRETS_CHECK:off,${foreign.join(',')}]`, SECRETS_MANAGER: 'managed-aws' }
    const { initContainers, containers } = podOf(aRunWithReferences(), policyOf(extras)).spec ?? {}
    const env = initContainers?.[0]?.env
    expect(env).toContainEqual({ name: 'AWS_REGION', value: 'eu-west-1' })
    expect(env?.filter(({ name }) => name === 'SECRETS_CHECK')).toEqual([{ name: 'SECRETS_CHECK', value: 'report' }])
    const names = foreign.map((variable) => variable.split(':')[0])
    expect(env?.filter(({ name }) => names.includes(name))).toEqual([])
    expect(containers?.[0]?.env?.filter(({ name }) => names.includes(name))).toHaveLength(foreign.length)
  })

  test.each([
    { manager: 'managed-aws', extras: '[AWS_REGION:eu-west-1]', region: 'eu-west-1' },
    { manager: 'aws-ssm', extras: '[AWS_REGION:eu-west-1]', region: 'eu-west-1' },
    { manager: 'managed-aws', extras: '[AWS_REGION:eu-west-1,AWS_DEFAULT_REGION:us-east-1]', region: 'us-east-1' },
    { manager: 'managed-aws', extras: '[A:b]', region: undefined },
    { manager: 'gcp', extras: '[AWS_REGION:eu-west-1]', region: undefined },
  ])('looks in the region in which the program looks: $manager $extras', ({ manager, extras, region }) => {
    const { spec } = podOf(aRunWithReferences(), policyOf({ SECRETS_MANAGER: manager, INGESTION_EXTRA_ENVS: extras }))
    for (const { env } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
      const regions = env?.filter(({ name }) => name === 'AWS_DEFAULT_REGION').map(({ value }) => value)
      expect(regions).toEqual(region === undefined ? [] : [region])
    }
  })

  const literal = { name: 'AWS_REGION', value: 'eu-west-1' }
  const reference = { name: 'AWS_REGION', valueFrom: { configMapKeyRef: { name: 'aws', key: 'region' } } }
  test.each([
    { env: [literal], regions: [{ ...literal, name: 'AWS_DEFAULT_REGION' }] },
    { env: [reference], regions: [{ ...reference, name: 'AWS_DEFAULT_REGION' }] },
    { env: [literal, { name: 'AWS_DEFAULT_REGION', value: 'us-east-1' }], regions: [{ name: 'AWS_DEFAULT_REGION', value: 'us-east-1' }] },
    { env: [literal], extras: '[AWS_DEFAULT_REGION:us-east-1]', regions: [{ name: 'AWS_DEFAULT_REGION', value: 'us-east-1' }] },
    { env: [literal], manager: 'gcp', regions: [] },
  ])("has, as the program has, the region of the operator's own fields by the name that the image knows: $env $extras", (given) => {
    const { env, extras = '', manager = 'managed-aws', regions } = given
    const policy = aPolicy({ SECRETS_MANAGER: manager, INGESTION_EXTRA_ENVS: extras, RUNNER_IMAGE: 'example.com/runner:1' }, { containerParams: { env } })
    const { spec } = podOf(aRunWithReferences(), policy)
    for (const one of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])])
      expect(one.env?.filter(({ name }) => name === 'AWS_DEFAULT_REGION')).toEqual(regions)
  })

  test("brings the pull secrets of its image beside the pod's, each once", () => {
    const names = { INGESTION_IMAGE_PULL_SECRETS: 'pods,shared', RUNNER_IMAGE_PULL_SECRETS: 'shared,runner' }
    const pullSecrets = [aRunWithReferences(), aMetadataRun()].map((request) => podOf(request, policyOf(names)).spec?.imagePullSecrets?.map(({ name }) => name))
    expect(pullSecrets).toEqual([
      ['pods', 'shared', 'runner'],
      ['pods', 'shared'],
    ])
  })

  test.each([
    { text: '[{"name":"registry"},{"name":""},{}]', names: ['registry'] },
    { text: 'one, two', names: ['one', 'two'] },
    { text: '[]', names: [] },
  ])('reads its pull secrets from $text', ({ text, names }) => {
    expect(policyOf({ RUNNER_IMAGE_PULL_SECRETS: text }).runnerImage?.pullSecrets).toEqual(names)
  })

  test.each(['[{"name":1}]', '[', 'UPPER'])('refuses pull secrets that are none: %s', (text) => {
    expect(parsePolicy({ ...ENVIRONMENT, RUNNER_IMAGE_PULL_SECRETS: text }).ok).toBe(false)
  })

  test('cannot be taken away or turned into something else by the operator’s own fields', () => {
    const pathsOf = (executor: 'argo' | 'simpleK8s', patch: object): string[] => {
      const environment = { ...ENVIRONMENT, EXECUTOR_TYPE: executor, ...RUNNER_IMAGE_VARIABLES }
      const parsed = parsePolicy(environment, { workflowParams: { podSpecPatch: { initContainers: [{ name: 'secrets', ...patch }] } } })
      return parsed.ok ? [] : [...new Set(parsed.error.map(({ path }) => path))]
    }
    for (const executor of ['argo', 'simpleK8s'] as const) {
      const at = 'workflowParams.podSpecPatch.initContainers'
      expect(pathsOf(executor, { args: ['--help'] })).toEqual([`${at}[0].args`])
      expect(pathsOf(executor, { env: [{ name: 'SECRETS_CHECK', value: 'off' }] })).toEqual([`${at}[0].env`])
      for (const name of ['NODE_OPTIONS', 'TERMINATION_LOG', 'RESOLVED_CONFIG_FILE']) {
        expect(pathsOf(executor, { env: [{ name, value: '/tmp/x' }] })).toEqual([`${at}[0].env`])
      }
      for (const [field, value] of Object.entries({
        restartPolicy: 'Always',
        terminationMessagePath: '/tmp/x',
        terminationMessagePolicy: 'FallbackToLogsOnError',
        workingDir: '/tmp',
        command: ['true'],
      })) {
        expect(pathsOf(executor, { [field]: value })).toEqual([`${at}[0].${field}`])
      }
      expect(pathsOf(executor, { resources: { limits: { memory: '512Mi' } } })).toEqual([])
    }
    expect(pathsOf('simpleK8s', { $patch: 'delete' })).toEqual(['workflowParams.podSpecPatch.initContainers'])
  })
})

test.each([
  { volumes: [{ name: 'resolved-payload', emptyDir: {} }], at: 'workflowParams.volumes' },
  { podSpecPatch: { containers: [{ name: 'main', volumeMounts: [{ name: 'resolved-payload', mountPath: '/elsewhere' }] }] }, at: 'workflowParams' },
])('where references are resolved nobody else may say where to: %j', ({ at, ...workflowParams }) => {
  for (const executor of ['argo', 'simpleK8s']) {
    const environment = { ...ENVIRONMENT, EXECUTOR_TYPE: executor, ...RUNNER_IMAGE_VARIABLES, SECRETS_CHECK: 'resolve' }
    const parsed = parsePolicy(environment, { workflowParams })
    expect(parsed.ok ? [] : parsed.error.map(({ path }) => path)).toContainEqual(expect.stringContaining(at))
  }
})

describe('a payload', () => {
  test('lists the references of the request, also of the connection that the pod fetches itself, and no other', () => {
    const request = withPipeline({ sourceConfig: { config: { type: 'DatabaseMetadata', token: 'secret:one' } } }, aRunWithReferences('secret:two'))
    const { payload, record } = admittedBy('pipeline/run', request, policyOf())
    expect([JSON.parse(payload.references ?? ''), record.spec.payload.secrets]).toEqual([['secret:one', 'secret:two'], 'references'])
    expect(payload.content).not.toContain('secret:two')
    expect(admittedBy('pipeline/run', aMetadataRun(), policyOf()).payload).not.toHaveProperty('references')
  })

  test('of another list is another payload, and of a schedule another revision', () => {
    const [one, two] = ['secret:one', 'secret:two'].map((reference) => aRunWithReferences(reference))
    expect(admittedBy('pipeline/run', one, policyOf()).payload.secretName).not.toBe(admittedBy('pipeline/run', two, policyOf()).payload.secretName)
    expect(scheduleOf(aDeploy({}, {}, one), policyOf()).record.name).not.toBe(scheduleOf(aDeploy({}, {}, two), policyOf()).record.name)
  })

  test('that is to be resolved has the connection, and a program that reads it looks nothing up', () => {
    const { payload, record } = admittedBy('pipeline/run', aRunWithReferences(), policyOf({ SECRETS_CHECK: 'resolve' }))
    const { source, workflowConfig } = JSON.parse(payload.content)
    expect(source.serviceConnection.config.authType).toEqual({ password: 'secret:prod-mysql-password' })
    expect(workflowConfig.openMetadataServerConfig).toMatchObject({ secretsManagerProvider: 'db', secretsManagerLoader: 'noop' })
    expect(record.spec.payload.secrets).toBe('toResolve')
  })

  test('without an image to resolve it by is made for a program that looks up by itself', () => {
    const { payload } = admittedBy('pipeline/run', aRunWithReferences(), aPolicy({ SECRETS_CHECK: 'resolve' }))
    expect(JSON.parse(payload.content).workflowConfig.openMetadataServerConfig.secretsManagerProvider).toBe('kubernetes')
  })

  test('of a schedule carries its references to the runs', () => {
    const { stored, object } = scheduleOf(aDeploy({}, {}, aRunWithReferences()), aPolicyOf('argo', RUNNER_IMAGE_VARIABLES))
    expect([stored.spec.payload.secrets, namesOf(viewOf(object).initContainers)]).toEqual(['references', ['secrets']])
  })
})
