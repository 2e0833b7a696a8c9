import { describe, expect, test } from 'vitest'
import { admit } from '../../compiler/admit.ts'
import { formatIssues } from '../../compiler/issue.ts'
import { MAX_ENV_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES } from '../../compiler/payload.ts'
import { aPolicy } from './examples/policy.ts'
import { must } from './examples/must.ts'
import { NOW_MS } from './examples/run.ts'
import { aMetadataRun, aRunWithManyFilters, DUMMY_TOKEN, RUN_ID, withLimits, withPipeline } from './examples/run-request.ts'

const POLICY = aPolicy()
const FACTS = { nowMs: NOW_MS, serverVersion: '1.11.1' }

function admitted(request: unknown, policy = POLICY) {
  return must(admit(request, policy, FACTS))
}

function issuesOf(request: unknown): string[] {
  const result = admit(request, POLICY, FACTS)
  return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
}

const PIPELINE = 'ingestionPipeline'
const CONNECTION = `${PIPELINE}.openMetadataServerConnection`

interface Refusal {
  readonly name: string
  readonly request: unknown
  readonly issues: readonly string[]
}

const REFUSALS: readonly Refusal[] = [
  { name: 'nothing at all', request: undefined, issues: ['missing '] },
  { name: 'a text', request: 'run!', issues: ['invalid '] },
  { name: 'a list', request: [], issues: ['invalid '] },
  {
    name: 'an empty object',
    request: {},
    issues: ['missing runner', 'missing runId', `missing ${PIPELINE}`],
  },
  { name: 'another runner', request: { ...aMetadataRun(), runner: 'gcp-prod' }, issues: ['invalid runner'] },
  { name: 'a run id that is no UUID', request: { ...aMetadataRun(), runId: 'run-1' }, issues: ['invalid runId'] },
  { name: 'a pipeline without a service', request: { ...aMetadataRun(), service: null }, issues: ['missing service'] },
  { name: 'a service without its type', request: { ...aMetadataRun(), service: { name: 'prod_mysql' } }, issues: ['missing service.serviceType'] },
  {
    name: 'an application pipeline without its class',
    request: withPipeline({ pipelineType: 'application' }),
    issues: [`missing ${PIPELINE}.sourceConfig.config.sourcePythonClass`],
  },
  { name: 'an override, which is for applications', request: { ...aMetadataRun(), configOverride: { a: 1 } }, issues: ['notSupported configOverride'] },
  {
    name: 'wrong limits, all at once',
    request: withLimits({ retries: -1, retryDelay: 'soon', maxActiveRuns: 0, workflowTimeout: 1.5 }),
    issues: ['retries', 'retryDelay', 'maxActiveRuns', 'workflowTimeout'].map((field) => `invalid ${PIPELINE}.airflowConfig.${field}`),
  },
  {
    name: 'no server connection',
    request: withPipeline({ openMetadataServerConnection: undefined }),
    issues: [`missing ${CONNECTION}`],
  },
  {
    name: 'a server connection without token and with a host that is no URL',
    request: withPipeline({ openMetadataServerConnection: { hostPort: 'acme', securityConfig: {} } }),
    issues: [`invalid ${CONNECTION}.hostPort`, `missing ${CONNECTION}.securityConfig.jwtToken`],
  },
  { name: 'a name with a control character', request: withPipeline({ name: 'a\u0000b' }), issues: [`invalid ${PIPELINE}.name`] },
  { name: 'an unknown log level', request: withPipeline({ loggerLevel: 'LOUD' }), issues: [`invalid ${PIPELINE}.loggerLevel`] },
  {
    name: 'a wrong shape beside another runner and an override',
    request: { ...withPipeline({ id: 7 }), runner: 'gcp-prod', configOverride: { a: 1 } },
    issues: [`invalid ${PIPELINE}.id`, 'invalid runner', 'notSupported configOverride'],
  },
  {
    name: 'a config that no Secret takes',
    request: withPipeline({ sourceConfig: { config: { filter: 'x'.repeat(MAX_PAYLOAD_BYTES) } } }),
    issues: [`tooLarge ${PIPELINE}.sourceConfig`],
  },
  { name: 'a config that nests without end', request: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`), issues: ['tooLarge '] },
]

describe('admit refuses', () => {
  test.each(REFUSALS)('$name', ({ request, issues }) => {
    expect(issuesOf(request)).toEqual(issues)
  })

  test('without a word of the token', () => {
    const request = { ...withPipeline({ id: DUMMY_TOKEN, loggerLevel: DUMMY_TOKEN }), notAfter: DUMMY_TOKEN, runId: DUMMY_TOKEN }
    const result = admit(request, POLICY, FACTS)
    expect(result.ok ? 'ok' : formatIssues(result.error)).not.toContain(DUMMY_TOKEN)
    expect(result.ok).toBe(false)
  })
})

describe('admit accepts', () => {
  test('fields it does not know, so that the server can be newer', () => {
    const request = { ...withPipeline({ processingEngine: { id: 'x' } }), shinyNewField: [] }
    expect(admitted(request)).toEqual(admitted(aMetadataRun()))
  })

  test('a null wherever a field may be left out', () => {
    const request = {
      ...withPipeline({ airflowConfig: null, loggerLevel: null, raiseOnError: null, enableStreamableLogs: null }),
      configOverride: null,
      notAfter: null,
    }
    expect(admitted(request).record.spec).toMatchObject({
      loggerLevel: 'INFO',
      maxActiveRuns: 1,
      retries: 0,
      retryDelaySeconds: 300,
      workflowTimeoutSeconds: null,
      acceptedAtMs: NOW_MS,
      notAfterMs: NOW_MS + 15 * 60 * 1000,
    })
  })

  test('a time-out of zero as none', () => {
    expect(admitted(withLimits({ workflowTimeout: 0 })).record.spec.workflowTimeoutSeconds).toBeNull()
  })

  test('a run id in capitals as the same run', () => {
    expect(admitted({ ...aMetadataRun(), runId: RUN_ID.toUpperCase() })).toEqual(admitted(aMetadataRun()))
  })
})

describe('the digest of a request', () => {
  const digestOf = (request: unknown): string => admitted(request).record.spec.requestDigest

  test('stays when the token rotates, although the payload has another name', () => {
    const rotated = withPipeline({ openMetadataServerConnection: { hostPort: 'https://acme.getcollate.io/api', securityConfig: { jwtToken: 'another' } } })
    expect(digestOf(rotated)).toBe(digestOf(aMetadataRun()))
    expect(admitted(rotated).payload.secretName).not.toBe(admitted(aMetadataRun()).payload.secretName)
  })

  test('stays when the policy or the deadline changes', () => {
    const other = must(admit({ ...aMetadataRun(), notAfter: NOW_MS + 1 }, aPolicy({ SECRETS_MANAGER: 'gcp' }), FACTS))
    expect(other.record.spec.requestDigest).toBe(digestOf(aMetadataRun()))
  })

  test.each([
    { name: 'the source config', request: withPipeline({ sourceConfig: { config: { type: 'DatabaseMetadata' } } }) },
    { name: 'the limits', request: withLimits({ retries: 7 }) },
    { name: 'the service', request: { ...aMetadataRun(), service: { name: 'other', serviceType: 'Mysql' } } },
    { name: 'the flag for log streaming', request: withPipeline({ enableStreamableLogs: false }) },
  ])('changes with $name', ({ request }) => {
    expect(digestOf(request)).not.toBe(digestOf(aMetadataRun()))
  })
})

describe('the payload', () => {
  test('names the secrets manager of the cluster, whatever the server said', () => {
    const config = JSON.parse(admitted(aMetadataRun(), aPolicy({ SECRETS_MANAGER: 'managed-aws' })).payload.content)
    expect(config.workflowConfig.openMetadataServerConfig).toMatchObject({ secretsManagerProvider: 'managed-aws', secretsManagerLoader: 'noop' })
  })

  test('leaves the version check on unless the operator turned it off', () => {
    const serverConfig = (policy = POLICY) => JSON.parse(admitted(aMetadataRun(), policy).payload.content).workflowConfig.openMetadataServerConfig
    expect(serverConfig()).not.toHaveProperty('enableVersionValidation')
    expect(serverConfig(aPolicy({ INGESTION_DISABLE_VERSION_VALIDATION: 'true' }))).toHaveProperty('enableVersionValidation', false)
  })

  test('holds no service connection', () => {
    const request = { ...aMetadataRun(), service: { name: 'prod_mysql', serviceType: 'Mysql', connection: { config: { password: 'hunter2' } } } }
    const { record, payload } = admitted(request)
    expect(JSON.stringify([record, payload])).not.toContain('hunter2')
    expect(JSON.parse(payload.content).source).toEqual({
      type: 'mysql',
      serviceName: 'prod_mysql',
      sourceConfig: aMetadataRun().ingestionPipeline['sourceConfig'],
    })
  })

  test('is a variable up to 100 KiB and a file above', () => {
    const bytesOf = (filter: string) => admitted(withPipeline({ sourceConfig: { config: { filter } } })).payload
    const overhead = Buffer.byteLength(bytesOf('').content)
    expect(bytesOf('x'.repeat(MAX_ENV_PAYLOAD_BYTES - overhead)).delivery).toBe('env')
    expect(bytesOf('x'.repeat(MAX_ENV_PAYLOAD_BYTES - overhead + 1)).delivery).toBe('file')
    expect(admitted(aRunWithManyFilters()).payload.delivery).toBe('file')
  })

  test('has the same bytes in whatever order the fields came', () => {
    const { ingestionPipeline, service, runId, runner } = aMetadataRun()
    const reversed = Object.fromEntries(Object.entries(ingestionPipeline).toReversed())
    expect(admitted({ service, runId, ingestionPipeline: reversed, runner })).toEqual(admitted(aMetadataRun()))
  })
})
