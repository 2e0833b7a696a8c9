import { describe, expect, test } from 'vitest'
import { formatImageReference } from '../../compiler/image-reference.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { parsePolicy } from '../../compiler/policy.ts'
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
        EXECUTOR_TYPE: 'argo',
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
        'notSupported EXECUTOR_TYPE',
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
    { name: 'an extended resource', entry: { resources: { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': '1' } } } },
  ])('accepts $name', ({ entry }) => {
    expect(problemsOfEntry(entry)).toEqual([])
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

  test('is a warning: names of old', () => {
    expect(warnings({ INGESTION_CUSTOMER_TOLERATION: 'x', ARGO_EXTRA_ENVS: '[A:b]' })).toEqual([
      'unknownKey INGESTION_CUSTOMER_TOLERATION',
      'unknownKey ARGO_EXTRA_ENVS',
    ])
  })
})

describe('extra variables', () => {
  const extra = (text: string) => must(parsePolicy({ INGESTION_EXTRA_ENVS: text })).policy.extraEnvs.map(({ name, value }) => `${name}=${value}`)

  test.each([
    { name: 'nothing between the brackets', text: '[]', variables: [] },
    { name: 'two', text: '[A:1,B:2]', variables: ['A=1', 'B=2'] },
    { name: 'without brackets', text: 'A:1', variables: ['A=1'] },
    { name: 'blanks after commas', text: '[ A:1, B:2 ]', variables: ['A=1', 'B=2'] },
    { name: 'colons in a value', text: '[URL:http://a:80/b]', variables: ['URL=http://a:80/b'] },
    { name: 'commas in a value', text: '[NO_PROXY:a,b,.c,D:e]', variables: ['NO_PROXY=a,b,.c', 'D=e'] },
    { name: 'quotes and blanks in a value', text: `[A:it's "b" c]`, variables: [`A=it's "b" c`] },
    { name: 'an empty value', text: '[A:]', variables: ['A='] },
    { name: 'a JSON list, for any value', text: '["A:b,C:d", "E: f"]', variables: ['A=b,C:d', 'E= f'] },
  ])('$name', ({ text, variables }) => {
    expect(extra(text)).toEqual(variables)
  })

  test('that are wrong are all told, by number and without their values', () => {
    const result = parsePolicy({ INGESTION_EXTRA_ENVS: '["hunter2", "config:hunter2", "A:hunter2", "A:hunter2", "1A:hunter2"]' })
    expect(result.ok ? '' : formatIssues(result.error).split('\n')).toHaveLength(4)
    expect(result.ok ? 'hunter2' : formatIssues(result.error)).not.toContain('hunter2')
  })
})
