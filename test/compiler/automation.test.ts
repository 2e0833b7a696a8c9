import { describe, expect, test } from 'vitest'
import { admitAutomation } from '../../compiler/admit.ts'
import { MAX_PAYLOAD_BYTES } from '../../compiler/payload.ts'
import { AUTOMATION_OF_TOMORROW, AUTOMATIONS } from './examples/automation-requests.ts'
import { must } from './examples/must.ts'
import { DUMMY_PASSWORD } from './examples/pipeline-runs.ts'
import { aPolicy } from './examples/policy.ts'
import { FACTS, NOW_MS } from './examples/run.ts'
import { DUMMY_TOKEN } from './examples/run-request.ts'

const ASKED = AUTOMATIONS['test-connection']

const admitted = (request: unknown, policy = aPolicy()) => must(admitAutomation(request, policy, { ...FACTS, nowMs: NOW_MS }))

function withWorkflow(changes: object): unknown {
  return { ...ASKED, workflow: { ...ASKED.workflow, ...changes } }
}

function issuesOf(request: unknown): string[] {
  const result = admitAutomation(request, aPolicy(), { ...FACTS, nowMs: NOW_MS })
  return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
}

describe('an automation', () => {
  test.each([
    { name: 'test-connection', request: ASKED, service: { name: 'prod_mysql', type: 'Mysql' }, deadline: 600 },
    { name: 'query-runner', request: AUTOMATIONS['query-runner'], service: { name: 'prod_mysql', type: 'Mysql' }, deadline: 600 },
    { name: 'test-spark-engine', request: AUTOMATIONS['test-spark-engine'], service: null, deadline: 600 },
    { name: 'reverse-ingestion', request: AUTOMATIONS['reverse-ingestion'], service: null, deadline: 3600 },
    { name: 'one of tomorrow', request: AUTOMATION_OF_TOMORROW, service: null, deadline: 3600 },
  ])('is recorded with a deadline and without retries: $name', ({ request, service, deadline }) => {
    const { workflow } = request
    expect(admitted(request).record.spec).toMatchObject({
      kind: 'automation',
      pipeline: { id: workflow['id'], name: workflow['name'], fullyQualifiedName: workflow['fullyQualifiedName'], type: 'automation' },
      service,
      workflowType: workflow['workflowType'],
      maxActiveRuns: 1,
      retries: 0,
      workflowTimeoutSeconds: deadline,
      acceptedAtMs: NOW_MS,
    })
  })

  test('is given to the pod whole, but for the secrets manager, which is the one of the cluster', () => {
    const { openMetadataServerConnection, ...workflow } = ASKED.workflow
    const expected = { ...(openMetadataServerConnection as object), secretsManagerProvider: 'gcp', secretsManagerLoader: 'noop' }
    expect(JSON.parse(admitted(ASKED, aPolicy({ SECRETS_MANAGER: 'gcp' })).payload.content)).toEqual({ ...workflow, openMetadataServerConnection: expected })
  })

  test('keeps the passwords of its connection in the payload, and out of the digest, where they could be tried out', () => {
    const other = JSON.parse(JSON.stringify(ASKED).replaceAll(DUMMY_PASSWORD, 'another-password'))
    expect(admitted(ASKED).payload.content).toContain(DUMMY_PASSWORD)
    expect(JSON.stringify(admitted(ASKED).record)).not.toContain(DUMMY_PASSWORD)
    expect(admitted(other).record.spec.requestDigest).toBe(admitted(ASKED).record.spec.requestDigest)
  })

  test('without a full name goes by its name', () => {
    const { name, fullyQualifiedName } = admitted(withWorkflow({ fullyQualifiedName: null })).record.spec.pipeline
    expect(fullyQualifiedName).toBe(name)
  })

  test('of another Workflow under the same run id has another digest', () => {
    const digestOf = (changes: object) => admitted(withWorkflow(changes)).record.spec.requestDigest
    expect(digestOf({ name: 'another' })).not.toBe(digestOf({}))
    expect(digestOf({ workflowType: 'QUERY_RUNNER' })).not.toBe(digestOf({}))
    expect(digestOf({ status: 'Running', response: { status: 'Running', steps: [] } })).toBe(digestOf({}))
  })
})

describe('an automation is refused', () => {
  test.each([
    { name: 'when it is empty', request: {}, issues: ['missing runner', 'missing runId', 'missing workflow'] },
    { name: 'when it names another runner', request: { ...ASKED, runner: 'gcp-prod' }, issues: ['invalid runner'] },
    {
      name: 'with all that is wrong at once',
      request: { ...(withWorkflow({ id: 7, name: '', workflowType: null, request: [], openMetadataServerConnection: {} }) as object), runner: 'x' },
      issues: [
        'invalid workflow.id',
        'invalid workflow.name',
        'invalid workflow.workflowType',
        'invalid workflow.request',
        'missing workflow.openMetadataServerConnection.hostPort',
        'missing workflow.openMetadataServerConnection.securityConfig',
        'invalid runner',
      ],
    },
    {
      name: 'when no Secret takes it',
      request: withWorkflow({ request: { query: 'x'.repeat(MAX_PAYLOAD_BYTES) } }),
      issues: ['tooLarge workflow.request'],
    },
    { name: 'when it nests without end', request: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`), issues: ['tooLarge '] },
  ])('$name', ({ request, issues }) => {
    expect(issuesOf(request)).toEqual(issues)
  })

  test('without a word of its secrets', () => {
    const request = withWorkflow({ id: DUMMY_TOKEN, workflowType: [DUMMY_PASSWORD], request: DUMMY_PASSWORD })
    const result = admitAutomation(request, aPolicy(), { ...FACTS, nowMs: NOW_MS })
    expect(result.ok).toBe(false)
    expect(JSON.stringify(result)).not.toMatch(new RegExp(`${DUMMY_TOKEN}|${DUMMY_PASSWORD}`))
  })
})
