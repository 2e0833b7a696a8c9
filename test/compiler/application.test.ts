import { describe, expect, test } from 'vitest'
import { admit, admitApplication } from '../../compiler/admit.ts'
import { APPLICATION_ALONE, APPLICATION_WITH_PIPELINE } from './examples/application-requests.ts'
import { must } from './examples/must.ts'
import { BUILT_RUNS, DUMMY_PASSWORD } from './examples/pipeline-runs.ts'
import { aPolicy } from './examples/policy.ts'
import { FACTS, NOW_MS } from './examples/run.ts'
import { aMetadataRun, withPipeline } from './examples/run-request.ts'

const POLICY = aPolicy()
const NOW = { ...FACTS, nowMs: NOW_MS }

const admitted = (request: unknown) => must(admitApplication(request, POLICY, NOW))
const contentOf = (request: unknown) => JSON.parse(admitted(request).payload.content)

function issuesOf(request: unknown): string[] {
  const result = admitApplication(request, POLICY, NOW)
  return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
}

function withApp(changes: object) {
  return { ...APPLICATION_ALONE, app: { ...APPLICATION_ALONE.app, ...changes } }
}

function withConfig(config: object) {
  const { ingestionPipeline } = APPLICATION_WITH_PIPELINE
  return { ...APPLICATION_WITH_PIPELINE, configOverride: null, ingestionPipeline: { ...ingestionPipeline, sourceConfig: { config } } }
}

describe('an application with the pipeline it runs as', () => {
  test('is the run of that pipeline, under the same digest as pipeline/run', () => {
    const { ingestionPipeline, runner, runId, configOverride } = APPLICATION_WITH_PIPELINE
    const asPipeline = must(admit({ ingestionPipeline, runner, runId, configOverride }, POLICY, NOW))
    expect(admitted(APPLICATION_WITH_PIPELINE)).toEqual(asPipeline)
    expect(asPipeline.record.spec).toMatchObject({ kind: 'pipeline', pipeline: { type: 'application' }, service: null, workflowType: null })
  })

  test('has the override laid over its configuration, key by key and no deeper', () => {
    expect(contentOf(APPLICATION_WITH_PIPELINE)).toMatchObject({
      sourcePythonClass: 'metadata.applications.auto_tagger.AutoTaggerApp',
      appConfig: { type: 'Automator', resources: { type: ['topic'] }, dryRun: true },
      appPrivateConfig: { token: DUMMY_PASSWORD },
      ingestionPipelineFQN: '"OpenMetadata".nightly',
    })
    expect(contentOf(APPLICATION_WITH_PIPELINE).appConfig.resources).toEqual({ type: ['topic'] })
    expect(contentOf(APPLICATION_WITH_PIPELINE)).not.toHaveProperty('source')
  })

  test("takes the App's private configuration when the pipeline has none", () => {
    const plain = { type: 'Application', sourcePythonClass: 'a.B' }
    expect(contentOf(withConfig(plain)).appPrivateConfig).toEqual({ token: DUMMY_PASSWORD })
    expect(contentOf(withConfig({ ...plain, appPrivateConfig: { own: 1 } })).appPrivateConfig).toEqual({ own: 1 })
    expect(contentOf(withConfig(plain))).not.toHaveProperty('appConfig')
  })

  test('keeps an override for which there is no configuration', () => {
    const { ingestionPipeline } = withConfig({ type: 'Application', sourcePythonClass: 'a.B', appConfig: null })
    expect(contentOf({ ...APPLICATION_WITH_PIPELINE, ingestionPipeline, configOverride: { a: 1 } }).appConfig).toEqual({ a: 1 })
  })

  test('is another run with another override', () => {
    const digest = (configOverride: object) => admitted({ ...APPLICATION_WITH_PIPELINE, configOverride }).record.spec.requestDigest
    expect(digest({ a: 1 })).not.toBe(digest({ a: 2 }))
  })
})

describe('an application alone', () => {
  test('is given to the pod as the App, with the override and the secrets manager of the cluster', () => {
    const content = contentOf({ ...APPLICATION_ALONE, configOverride: { actions: ['x'] } })
    expect(content).toEqual({
      ...APPLICATION_ALONE.app,
      appConfiguration: { ...APPLICATION_ALONE.app.appConfiguration, actions: ['x'] },
      openMetadataServerConnection: {
        ...(APPLICATION_ALONE.app.openMetadataServerConnection as object),
        secretsManagerProvider: 'kubernetes',
        secretsManagerLoader: 'env',
      },
    })
  })

  test.each([
    { allowConcurrentExecution: undefined, maxActiveRuns: 1 },
    { allowConcurrentExecution: null, maxActiveRuns: 1 },
    { allowConcurrentExecution: false, maxActiveRuns: 1 },
    { allowConcurrentExecution: true, maxActiveRuns: 2_147_483_647 },
  ])('runs beside itself only when it allows that: $allowConcurrentExecution', ({ allowConcurrentExecution, maxActiveRuns }) => {
    expect(admitted(withApp({ allowConcurrentExecution })).record.spec).toMatchObject({
      kind: 'application',
      pipeline: { id: APPLICATION_ALONE.app.id, name: 'AutomatorApplication', type: 'application' },
      maxActiveRuns,
      retries: 0,
    })
  })

  test('keeps its private configuration in the payload, and out of the digest, where it could be tried out', () => {
    const digest = (privateConfiguration: object) => admitted(withApp({ privateConfiguration })).record.spec.requestDigest
    expect(digest({ token: 'another' })).toBe(digest({ token: 'one' }))
  })
})

describe('an application is refused', () => {
  test.each([
    { name: 'when it is empty', request: {}, issues: ['missing runner', 'missing runId', 'missing app'] },
    { name: 'when it names another runner', request: { ...APPLICATION_ALONE, runner: 'x' }, issues: ['invalid runner'] },
    { name: 'when it names another runner, with a pipeline', request: { ...APPLICATION_WITH_PIPELINE, runner: 'x' }, issues: ['invalid runner'] },
    { name: 'without a connection', request: withApp({ openMetadataServerConnection: undefined }), issues: ['missing app.openMetadataServerConnection'] },
    { name: 'with a configuration that is none', request: withApp({ appConfiguration: 'x' }), issues: ['invalid app.appConfiguration'] },
    { name: 'with an override that is none', request: { ...APPLICATION_ALONE, configOverride: [1] }, issues: ['invalid configOverride'] },
    {
      name: 'with a pipeline of another type',
      request: { ...APPLICATION_WITH_PIPELINE, configOverride: null, ingestionPipeline: BUILT_RUNS['usage'].ingestionPipeline },
      issues: ['invalid ingestionPipeline.pipelineType'],
    },
    {
      name: 'with a pipeline that names no class, beside an App without a name',
      request: { ...withConfig({ type: 'Application' }), app: { id: APPLICATION_ALONE.app.id } },
      issues: ['missing app.name', 'missing ingestionPipeline.sourceConfig.config.sourcePythonClass'],
    },
    { name: 'when it nests without end', request: { ...APPLICATION_WITH_PIPELINE, configOverride: { deep: deepList() } }, issues: ['tooLarge '] },
  ])('$name', ({ request, issues }) => {
    expect(issuesOf(request)).toEqual(issues)
  })

  test('as a pipeline with an override that is for no application', () => {
    const result = admit({ ...withPipeline({}, aMetadataRun()), configOverride: { a: 1 } }, POLICY, NOW)
    expect(result.ok ? [] : result.error.map(({ path }) => path)).toEqual(['configOverride'])
  })
})

function deepList(): unknown {
  return JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)
}
