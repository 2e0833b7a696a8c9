import { describe, expect, test } from 'vitest'
import { formatImageReference } from '../../compiler/image-reference.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import { policyForType } from '../../compiler/policy/pipeline-type-policy.ts'
import { policyEnvironment } from '../../compiler/policy/policy-environment.ts'
import { variablesOf } from '../../compiler/policy/variable.ts'
import { must } from './examples/must.ts'

const TYPES = 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS'

function problems(environment: Readonly<Record<string, string | undefined>>): string[] {
  const result = parsePolicy(environment)
  return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
}

function problemsOfEntry(entry: unknown): string[] {
  return problems({ [TYPES]: JSON.stringify({ metadata: entry }) }).map((problem) => problem.replace(`${TYPES}.metadata`, ''))
}

function warnings(environment: Readonly<Record<string, string>>): string[] {
  return must(parsePolicy(environment)).warnings.map(({ code, path }) => `${code} ${path}`)
}

describe('the policy of an empty environment', () => {
  test('holds the defaults of the product', () => {
    const { policy, warnings: none } = must(parsePolicy({}))
    expect(none).toEqual([])
    expect(policy).toMatchObject({
      agentId: 'RemoteRunner',
      namespace: 'default',
      isImageTagDynamic: true,
      imagePullPolicy: 'IfNotPresent',
      imagePullSecrets: [],
      serviceAccountName: 'ingestion',
      automountServiceAccountToken: null,
      extraEnvs: [],
      resources: { requests: { cpu: '1000m', memory: '4096Mi' }, limits: { cpu: '1000m', memory: '4096Mi' } },
      automationResources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
      secretsManager: 'kubernetes',
    })
    expect(formatImageReference(policy.image)).toMatch(/ingestion-slim-eu-west-1:om-1\.13\.3-cl-1\.13\.3$/)
  })

  test('is the same when every variable is empty or blank', () => {
    const names = [
      'AGENT_ID',
      'EXECUTOR_TYPE',
      'INGESTION_IMAGE',
      'INGESTION_CPU_LIMIT',
      'INGESTION_EXTRA_ENVS',
      'SECRETS_MANAGER',
      TYPES,
      'ARGO_PIPELINE_TYPE_CONFIGS',
    ]
    const blank = Object.fromEntries(names.map((name, index) => [name, index % 2 === 0 ? '' : '  ']))
    expect(must(parsePolicy(blank))).toEqual(must(parsePolicy({})))
  })
})

describe('wrong variables', () => {
  test('are all told at once', () => {
    expect(
      problems({
        EXECUTOR_TYPE: 'nomad',
        INGESTION_NAMESPACE: 'Not_A_Namespace',
        INGESTION_IMAGE: 'Registry/IMAGE',
        DYNAMIC_INGESTION_VERSION_ENABLED: 'yes',
        INGESTION_IMAGE_PULL_POLICY: 'Sometimes',
        INGESTION_IMAGE_PULL_SECRETS: 'fine,Not_Fine',
        INGESTION_SERVICE_ACCOUNT_NAME: 'a_b',
        INGESTION_AUTOMOUNT_SA_TOKEN: '1',
        INGESTION_CPU_LIMIT: '1 core',
        INGESTION_MEMORY_REQUEST: '4GB',
        INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT: '-1Gi',
        SECRETS_MANAGER: 'vault',
        [TYPES]: '{"metadata": {"tolerations": {}}}',
      }).toSorted(),
    ).toEqual(
      [
        'invalid EXECUTOR_TYPE',
        'invalid INGESTION_NAMESPACE',
        'invalid INGESTION_IMAGE',
        'invalid DYNAMIC_INGESTION_VERSION_ENABLED',
        'invalid INGESTION_IMAGE_PULL_POLICY',
        'invalid INGESTION_IMAGE_PULL_SECRETS',
        'invalid INGESTION_SERVICE_ACCOUNT_NAME',
        'invalid INGESTION_AUTOMOUNT_SA_TOKEN',
        'invalid INGESTION_CPU_LIMIT',
        'invalid INGESTION_MEMORY_REQUEST',
        'invalid INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT',
        'invalid SECRETS_MANAGER',
        `invalid ${TYPES}.metadata.tolerations`,
      ].toSorted(),
    )
  })

  test('a request above its limit, when both are set', () => {
    expect(problems({ INGESTION_CPU_REQUEST: '2', INGESTION_CPU_LIMIT: '1500m' })).toEqual(['invalid INGESTION_CPU_REQUEST'])
  })

  test('but a limit below the default request lowers the request', () => {
    const { resources } = must(parsePolicy({ INGESTION_MEMORY_LIMIT: '2Gi' })).policy
    expect(resources).toEqual({ requests: { cpu: '1000m', memory: '2Gi' }, limits: { cpu: '1000m', memory: '2Gi' } })
  })
})

describe('the table of pipeline types', () => {
  test.each([
    { name: 'JSON that breaks off', text: '{"metadata": ', path: TYPES },
    { name: 'a list', text: '[]', path: TYPES },
    { name: 'JSON that nests without end', text: `${'['.repeat(200_000)}${']'.repeat(200_000)}`, path: TYPES },
    { name: 'an entry that is no object', text: '{"metadata": 3}', path: `${TYPES}.metadata` },
  ])('refuses $name', ({ text, path }) => {
    expect(problems({ [TYPES]: text })).toEqual([`invalid ${path}`])
  })

  test.each(['{"__proto__": null}', '{"metadata": {"nodeSelector": {"__proto__": "x"}}}'])('refuses a key that readers pass over: %s', (text) => {
    expect(problems({ [TYPES]: text })).toEqual([`unknownKey ${TYPES}`])
  })

  test.each(['SIMPLEK8S_PIPELINE_TYPE_CONFIGS', 'ARGO_PIPELINE_TYPE_CONFIGS'])('of %s refuses a key that is there twice, wherever', (variable) => {
    const executor = variable.startsWith('ARGO') ? 'argo' : 'simpleK8s'
    const text = '{"metadata": {"nodeSelector": {"a": "x", "\\u0061": "y"}}, "dbt": {}, "dbt": {"priorityClass": "dbt"}}'
    const found = problems({ EXECUTOR_TYPE: executor, [variable]: text })
    expect(found).toEqual([`invalid ${variable}.metadata.nodeSelector.a`, `invalid ${variable}.dbt`])
  })

  test.each([1e300, 1.5])('says in plain words that tolerationSeconds is %d', (tolerationSeconds) => {
    const result = parsePolicy({ [TYPES]: JSON.stringify({ metadata: { tolerations: [{ key: 'a', effect: 'NoExecute', tolerationSeconds }] } }) })
    expect(result.ok ? '' : formatIssues(result.error)).toMatch(/tolerations\[0\]\.tolerationSeconds: must be a whole number/)
  })

  test('says where its JSON goes wrong, and shows nothing of it', () => {
    const result = parsePolicy({ [TYPES]: '{\n  "metadata": {,}\n}' })
    expect(result.ok ? '' : formatIssues(result.error)).toBe(`${TYPES}: must be JSON; it goes wrong at line 2, column 16`)
  })

  test.each<{ name: string; entry: unknown; issues: string[] }>([
    { name: 'a key that no version had', entry: { tolration: [], nodeSelectors: {} }, issues: ['unknownKey .tolration', 'unknownKey .nodeSelectors'] },
    { name: 'an operator that is none', entry: { tolerations: [{ key: 'a', operator: 'In' }] }, issues: ['invalid .tolerations[0].operator'] },
    { name: 'a toleration of nothing', entry: { tolerations: [{ key: 'a' }, {}] }, issues: ['invalid .tolerations[1].operator'] },
    { name: 'an empty key with Equal', entry: { tolerations: [{ operator: 'Equal', value: 'x' }] }, issues: ['invalid .tolerations[0].operator'] },
    { name: 'a value beside Exists', entry: { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }, issues: ['invalid .tolerations[0].value'] },
    { name: 'a value that is no label value', entry: { tolerations: [{ key: 'a', value: 'x y' }] }, issues: ['invalid .tolerations[0].value'] },
    { name: 'a key that is no label key', entry: { tolerations: [{ key: 'a/b/c' }] }, issues: ['invalid .tolerations[0].key'] },
    { name: 'an effect that is none', entry: { tolerations: [{ key: 'a', effect: 'NoRun' }] }, issues: ['invalid .tolerations[0].effect'] },
    { name: 'seconds without NoExecute', entry: { tolerations: [{ key: 'a', tolerationSeconds: 5 }] }, issues: ['invalid .tolerations[0].effect'] },
    {
      name: 'seconds that are text',
      entry: { tolerations: [{ key: 'a', effect: 'NoExecute', tolerationSeconds: '5' }] },
      issues: ['invalid .tolerations[0].tolerationSeconds'],
    },
    { name: 'a field of a toleration that is none', entry: { tolerations: [{ key: 'a', effekt: 'x' }] }, issues: ['unknownKey .tolerations[0].effekt'] },
    {
      name: 'labels that are none, each',
      entry: { nodeSelector: { 'zone': 'a b', 'is spot': 'yes', 'count': 3 } },
      issues: ['invalid .nodeSelector.zone', 'invalid .nodeSelector["is spot"]', 'invalid .nodeSelector.count'],
    },
    { name: 'a priority class that is no name', entry: { priorityClass: 'High_Priority' }, issues: ['invalid .priorityClass'] },
    {
      name: 'amounts that are none, each',
      entry: { resources: { limits: { 'memory': '2GiB', 'cpu': null, 'gpu': 1, 'nvidia.com/gpu': '500m' } } },
      issues: ['memory', 'cpu', 'gpu', '["nvidia.com/gpu"]'].map((key) => `invalid .resources.limits${key.startsWith('[') ? key : `.${key}`}`),
    },
    { name: 'a request above its limit', entry: { resources: { requests: { cpu: 2 }, limits: { cpu: '1' } } }, issues: ['invalid .resources.requests.cpu'] },
    {
      name: 'huge pages without a limit',
      entry: { resources: { requests: { 'hugepages-2Mi': '4Mi' } } },
      issues: ['invalid .resources.requests.hugepages-2Mi'],
    },
    {
      name: 'huge pages with another limit',
      entry: { resources: { requests: { 'hugepages-2Mi': '4Mi' }, limits: { 'hugepages-2Mi': '8Mi' } } },
      issues: ['invalid .resources.requests.hugepages-2Mi'],
    },
    {
      name: 'huge pages of no size, and half a page',
      entry: { resources: { limits: { 'hugepages-big': '4Mi', 'hugepages-0': 1, 'hugepages-2Mi': '3Mi' } } },
      issues: ['big', '0', '2Mi'].map((size) => `invalid .resources.limits.hugepages-${size}`),
    },
    {
      name: 'two classes of priority',
      entry: { priorityClass: 'high', priorityClassName: 'low' },
      issues: ['invalid .priorityClassName'],
    },
    { name: 'a field of resources that is none', entry: { resources: { limit: {} } }, issues: ['unknownKey .resources.limit'] },
    {
      name: 'everything that is wrong, at once',
      entry: { tolerations: [{ key: 'a', effect: 'x' }], nodeSelector: { a: 1 }, priorityClass: 'X', resources: { limits: { cpu: 'x' } }, foo: 1 },
      issues: ['invalid .tolerations[0].effect', 'invalid .nodeSelector.a', 'invalid .priorityClass', 'invalid .resources.limits.cpu', 'unknownKey .foo'],
    },
  ])('refuses $name', ({ entry, issues }) => {
    expect(problemsOfEntry(entry)).toEqual(issues)
  })

  test.each<{ name: string; entry: unknown }>([
    { name: 'nothing', entry: {} },
    { name: 'a toleration of everything', entry: { tolerations: [{ operator: 'Exists' }] } },
    { name: 'a toleration of a key with every effect', entry: { tolerations: [{ key: 'example.com/dedicated', value: '' }] } },
    { name: 'amounts as numbers', entry: { resources: { requests: { cpu: 0.5 }, limits: { cpu: 1, memory: 1e9 } } } },
    { name: 'huge pages with the same limit', entry: { resources: { requests: { 'hugepages-2Mi': '4Mi' }, limits: { 'hugepages-2Mi': '4096Ki' } } } },
    { name: 'huge pages with a limit alone', entry: { resources: { limits: { 'hugepages-1Gi': '2Gi' } } } },
    { name: 'one class of priority by both names', entry: { priorityClass: 'high', priorityClassName: 'high' } },
    { name: 'an extended resource', entry: { resources: { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': '1' } } } },
  ])('accepts $name', ({ entry }) => {
    expect(problemsOfEntry(entry)).toEqual([])
  })

  test('takes fields that are null, and a class without a name, for nothing', () => {
    const empty = { tolerations: null, nodeSelector: null, priorityClass: '', priorityClassName: 'high', resources: { requests: null, limits: null } }
    const table = { metadata: empty, usage: { priorityClass: null, resources: null, toleration: null, affinity: null } }
    const { policy, warnings: found } = must(parsePolicy({ [TYPES]: JSON.stringify(table) }))
    const nothing = { tolerations: [], affinity: null, nodeSelector: {}, resources: { requests: {}, limits: {} } }
    expect(policy.pipelineTypes.get('metadata')).toEqual({ ...nothing, priorityClass: 'high' })
    expect(policy.pipelineTypes.get('usage')).toEqual({ ...nothing, priorityClass: null })
    expect(found).toEqual([])
  })

  test('takes an entry that is null for none, so that its type has the entry default', () => {
    const { policy } = must(parsePolicy({ [TYPES]: JSON.stringify({ metadata: null, default: { priorityClass: 'low' } }) }))
    expect([...policy.pipelineTypes.keys()]).toEqual(['default'])
    expect(policyForType(policy.pipelineTypes, 'metadata').priorityClass).toBe('low')
  })
})

describe('what is set and has no effect', () => {
  test('is a warning: the other executor', () => {
    const environment = { ARGO_PIPELINE_TYPE_CONFIGS: '{"metadata": {"toleration": "x"}}' }
    expect(warnings(environment)).toEqual(['wrongExecutor ARGO_PIPELINE_TYPE_CONFIGS'])
    expect(must(parsePolicy(environment)).policy).toEqual(must(parsePolicy({})).policy)
  })

  test('is a warning: fields of the other executor, and types that nobody knows', () => {
    expect(warnings({ [TYPES]: '{"metadata": {"toleration": "x", "affinity": {}}, "testsuite": {}, "metdata": {}}' })).toEqual([
      `wrongExecutor ${TYPES}.metadata.toleration`,
      `wrongExecutor ${TYPES}.metadata.affinity`,
      `unknownKey ${TYPES}.testsuite`,
      `unknownKey ${TYPES}.metdata`,
    ])
  })

  test('is a warning: what no executor reads any more', () => {
    expect(
      warnings({ ARGO_TOKEN: 'hunter2', ARGO_SERVER_CERTIFICATE_PATH: '/c', ARGO_TEST_CONNECTION_BACKOFF_TIME: '5', INGESTION_CUSTOMER_TOLERATION: 'x' }),
    ).toEqual([
      'unknownKey ARGO_TOKEN',
      'unknownKey ARGO_SERVER_CERTIFICATE_PATH',
      'unknownKey ARGO_TEST_CONNECTION_BACKOFF_TIME',
      'unknownKey INGESTION_CUSTOMER_TOLERATION',
    ])
  })
})

describe.each(EXECUTORS)('variables that the %s executor does not read', (executor) => {
  const garbage = ['junk', '-1', '{"', '[]', '1e300', '\u0000', '{"metadata": {"__proto__": 1, "a": 1, "a": 2}}']
  const unread = variablesOf(policyEnvironment).filter(({ executor: reader }) => reader !== undefined && reader !== executor)
  const environment = { EXECUTOR_TYPE: executor }

  test('are some', () => {
    expect(unread.length).toBeGreaterThan(0)
  })

  test.each(unread.flatMap(({ name }) => garbage.map((value) => [name, value] as const)))('warn and change nothing: %s=%j', (name, value) => {
    const { policy, warnings: told } = must(parsePolicy({ ...environment, [name]: value }))
    expect(policy).toEqual(must(parsePolicy(environment)).policy)
    expect(told.map(({ code, path }) => `${code} ${path}`)).toEqual([`wrongExecutor ${name}`])
  })
})

describe('names of old', () => {
  const OLD: readonly (readonly [string, string, string])[] = [
    ['ARGO_NAMESPACE', 'INGESTION_NAMESPACE', 'argo'],
    ['SIMPLEK8S_NAMESPACE', 'INGESTION_NAMESPACE', 'simple'],
    ['ARGO_INGESTION_IMAGE', 'INGESTION_IMAGE', 'a/b:c'],
    ['ARGO_EXTRA_ENVS', 'INGESTION_EXTRA_ENVS', '[A:b]'],
    ['ARGO_IMAGE_PULL_SECRETS', 'INGESTION_IMAGE_PULL_SECRETS', 'a,b'],
    ['ARGO_WORKFLOW_EXECUTOR_SERVICE_ACCOUNT_NAME', 'INGESTION_SERVICE_ACCOUNT_NAME', 'sa'],
    ['ARGO_WORKFLOW_CPU_LIMIT', 'INGESTION_CPU_LIMIT', '3'],
    ['ARGO_WORKFLOW_MEMORY_REQUEST', 'INGESTION_MEMORY_REQUEST', '1Gi'],
    ['ARGO_AUTOMATION_WORKFLOW_MEMORY_LIMIT', 'INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT', '1Gi'],
    ['ARGO_DISABLE_VERSION_VALIDATION', 'INGESTION_DISABLE_VERSION_VALIDATION', 'true'],
    ['ARGO_AUTOMOUNT_SA_TOKEN', 'INGESTION_AUTOMOUNT_SA_TOKEN', 'false'],
  ]

  test.each(OLD)('%s says what %s says, with a warning', (oldName, name, value) => {
    const old = must(parsePolicy({ [oldName]: value }))
    expect(old.policy).toEqual(must(parsePolicy({ [name]: value })).policy)
    expect(old.policy).not.toEqual(must(parsePolicy({})).policy)
    expect(old.warnings).toEqual([{ code: 'unknownKey', path: oldName, message: `is the old name of ${name}; rename it` }])
  })

  test('give way to the name of today', () => {
    const both = must(parsePolicy({ ARGO_NAMESPACE: 'old', INGESTION_NAMESPACE: 'new' }))
    expect(both.policy.namespace).toBe('new')
    expect(both.warnings.map(({ path }) => path)).toEqual(['ARGO_NAMESPACE'])
  })

  test('are named where what they say is wrong', () => {
    expect(problems({ ARGO_NAMESPACE: 'Not_A_Namespace', ARGO_WORKFLOW_CPU_LIMIT: 'x' })).toEqual(['invalid ARGO_NAMESPACE', 'invalid ARGO_WORKFLOW_CPU_LIMIT'])
  })
})

describe('the executor', () => {
  const executorOf = (environment: Readonly<Record<string, string>>) => must(parsePolicy(environment)).policy.executor

  test('is Argo where it is asked for, or where an Argo server is named', () => {
    expect(executorOf({})).toBe('simpleK8s')
    expect(executorOf({ EXECUTOR_TYPE: 'argo' })).toBe('argo')
    expect(executorOf({ PIPELINE_SERVICE_CLIENT_ENDPOINT: 'http://argo:2746' })).toBe('argo')
    expect(executorOf({ EXECUTOR_TYPE: 'simpleK8s', PIPELINE_SERVICE_CLIENT_ENDPOINT: 'http://argo:2746' })).toBe('simpleK8s')
  })

  test('Argo reads its own table and variables, and warns of those of the other', () => {
    const environment = { EXECUTOR_TYPE: 'argo', [TYPES]: '{"metadata": 3}', ARGO_SECONDS_AFTER_COMPLETION_TTL: '60' }
    expect(warnings(environment)).toEqual([`wrongExecutor ${TYPES}`])
    expect(must(parsePolicy(environment)).policy).toMatchObject({ workflowTtlSeconds: 60, pipelineTypes: new Map() })
    expect(warnings({ ARGO_SECONDS_AFTER_COMPLETION_TTL: '60' })).toEqual(['wrongExecutor ARGO_SECONDS_AFTER_COMPLETION_TTL'])
  })
})

describe("Argo's table of pipeline types", () => {
  const ARGO_TYPES = 'ARGO_PIPELINE_TYPE_CONFIGS'
  const argo = (entry: unknown) => ({ EXECUTOR_TYPE: 'argo', [ARGO_TYPES]: JSON.stringify({ metadata: entry }) })
  const required = (...nodeSelectorTerms: unknown[]) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  })

  test('makes a toleration of every effect from one word', () => {
    const entry = must(parsePolicy(argo({ toleration: 'openmetadata-hybrid-runner' }))).policy.pipelineTypes.get('metadata')
    expect(entry?.tolerations).toEqual([{ key: 'dedicated', operator: 'Equal', value: 'openmetadata-hybrid-runner' }])
  })

  test.each([
    { toleration: '', affinity: null },
    { toleration: null, tolerations: null },
  ])('takes what is empty or null for nothing: %o', (entry) => {
    const { policy, warnings: found } = must(parsePolicy(argo(entry)))
    expect(policy.pipelineTypes.get('metadata')).toMatchObject({ tolerations: [], affinity: null })
    expect(found).toEqual([])
  })

  test('warns of tolerations, which it does not read', () => {
    expect(warnings(argo({ tolerations: 7 }))).toEqual([`wrongExecutor ${ARGO_TYPES}.metadata.tolerations`])
  })

  test.each<{ name: string; entry: unknown; issues: string[] }>([
    { name: 'a toleration that is a list', entry: { toleration: [] }, issues: ['invalid .toleration'] },
    { name: 'a toleration that is no label value', entry: { toleration: 'a b' }, issues: ['invalid .toleration'] },
    { name: 'a key that no version had', entry: { tolration: 'x' }, issues: ['unknownKey .tolration'] },
    { name: 'an affinity of another kind', entry: { affinity: { nodeAfinity: {} } }, issues: ['unknownKey .affinity.nodeAfinity'] },
    { name: 'no term', entry: required(), issues: ['invalid .affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'] },
    {
      name: 'In without a value, and Gt with two',
      entry: required({
        matchExpressions: [
          { key: 'a', operator: 'In', values: [] },
          { key: 'a', operator: 'Gt', values: ['1', '2'] },
        ],
      }),
      issues: [0, 1].map(
        (index) => `invalid .affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[${index}].values`,
      ),
    },
    {
      name: 'a preference without a weight, and a pod term without a topology',
      entry: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: {} }] } } },
      issues: ['weight', 'podAffinityTerm.topologyKey'].map(
        (field, index) => `${index === 0 ? 'invalid' : 'missing'} .affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].${field}`,
      ),
    },
  ])('refuses $name', ({ entry, issues }) => {
    expect(problems(argo(entry)).map((problem) => problem.replace(`${ARGO_TYPES}.metadata`, ''))).toEqual(issues)
  })
})

describe('custom config', () => {
  const files = (containerParams: unknown, workflowParams?: unknown, environment = {}) =>
    parsePolicy(environment, { ...(containerParams === undefined ? {} : { containerParams }), ...(workflowParams === undefined ? {} : { workflowParams }) })

  test('is empty for an empty file', () => {
    expect(must(files(null, null)).policy.customConfig).toEqual({ containerParams: {}, workflowParams: {} })
  })

  test('must be objects with fields that are some', () => {
    const result = files(['x'], { tolration: [], priorityClass: 'x' })
    expect(result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'invalid containerParams',
      'unknownKey workflowParams.tolration',
      'unknownKey workflowParams.priorityClass',
    ])
  })

  test('warns of what only Argo reads, and leaves it out', () => {
    const { policy, warnings: told } = must(files(undefined, { ttlStrategy: {}, tolerations: [] }))
    expect(told.map(({ code, path }) => `${code} ${path}`)).toEqual(['wrongExecutor workflowParams.ttlStrategy'])
    expect(policy.customConfig.workflowParams).toEqual({ tolerations: [] })
  })

  test('tells where a field of a pod goes under Argo', () => {
    const result = files(undefined, { topologySpreadConstraints: [] }, { EXECUTOR_TYPE: 'argo' })
    expect(result.ok ? '' : formatIssues(result.error)).toContain('podSpecPatch')
  })

  test('warns of a file that was not read', () => {
    expect(warnings({ ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: '/custom-config/container-params.yaml' })).toEqual([
      'missing ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH',
    ])
  })
})
