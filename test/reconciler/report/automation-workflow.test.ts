import { describe, expect, test } from 'vitest'
import { type AutomationFailure, type AutomationWorkflow, endStateOf, failedWorkflow, failureText } from '../../../reconciler/report/automation-workflow.ts'

const ID = 'd8afbfd4-f8da-4e0b-8b37-53a26a774d54'
const FAILURE: AutomationFailure = {
  text: 'OOMKilled: killed\nGive it more memory',
  logTail: 'Traceback',
  nowMs: 5_000,
  steps: [
    { name: 'CheckAccess', mandatory: true },
    { name: 'GetViews', mandatory: false },
    { name: 'GetTables', mandatory: true },
  ],
}

function responseOf(workflow: Partial<AutomationWorkflow>, failure: Partial<AutomationFailure> = {}): unknown {
  const steps = failedWorkflow({ id: ID, workflowType: 'TEST_CONNECTION', status: 'Running', ...workflow }, { ...FAILURE, ...failure })
  return steps.find(({ path }) => path === '/response')?.value
}

const failedStep = (name: string) => ({ name, mandatory: true, passed: false, message: FAILURE.text, errorLog: 'Traceback' })
const passedStep = (name: string) => ({ name, mandatory: true, passed: true })

describe('the patch that ends an automation workflow', () => {
  test('holds only while its status is the one that was read', () => {
    expect(failedWorkflow({ id: ID, workflowType: 'QUERY_RUNNER', status: 'Running' }, FAILURE)).toEqual([
      { op: 'test', path: '/status', value: 'Running' },
      { op: 'add', path: '/response', value: expect.anything() },
      { op: 'add', path: '/status', value: 'Failed' },
    ])
  })

  test('fails the first mandatory step of a test connection, where the screen looks for it', () => {
    expect(responseOf({})).toEqual({ lastUpdatedAt: 5_000, status: 'Failed', steps: [failedStep('CheckAccess')] })
  })

  test('keeps the steps that the pod has passed, and fails the next mandatory one', () => {
    const response = { status: 'Running', steps: [passedStep('CheckAccess')] }
    expect(responseOf({ response })).toMatchObject({ steps: [passedStep('CheckAccess'), failedStep('GetTables')] })
  })

  test('takes the place of a result that the pod had written for that step', () => {
    const response = { steps: [{ name: 'CheckAccess', mandatory: true, passed: false, message: 'earlier' }] }
    expect(responseOf({ response })).toMatchObject({ steps: [failedStep('CheckAccess')] })
  })

  test.each([{ steps: [] }, { steps: [{ name: 'GetViews', mandatory: false }] }])(
    'fails the step that every connector has where $steps is all that is known',
    ({ steps }) => {
      expect(responseOf({}, { steps })).toMatchObject({ steps: [failedStep('CheckAccess')] })
    },
  )

  test('adds a step of its own where all are passed', () => {
    const response = { steps: ['CheckAccess', 'GetTables'].map(passedStep) }
    expect(responseOf({ response })).toMatchObject({ steps: [{}, {}, failedStep('Hybrid Ingestion Runner')] })
  })

  test.each([
    { workflowType: 'TEST_SPARK_ENGINE_CONNECTION', says: { status: 'Failed', steps: [failedStep('CheckAccess')] } },
    {
      workflowType: 'QUERY_RUNNER',
      response: { executedQuery: 'select 1' },
      says: { executedQuery: 'select 1', status: 'Failed', message: FAILURE.text, errorLog: 'Traceback' },
    },
    { workflowType: 'REVERSE_INGESTION', serviceId: ID, says: { serviceId: ID, results: [], success: false, message: FAILURE.text } },
    { workflowType: 'REVERSE_INGESTION', says: undefined },
    { workflowType: 'TEST_SOMETHING_NEW', says: undefined },
  ])('has a response of the type $workflowType: $says', ({ says, ...workflow }) => {
    const response = responseOf(workflow)
    if (says === undefined) expect(response).toBeUndefined()
    else expect(response).toMatchObject(says)
  })

  test('keeps what a reverse ingestion had done', () => {
    const results = [{ id: ID, success: true }]
    expect(responseOf({ workflowType: 'REVERSE_INGESTION', serviceId: ID, response: { serviceId: ID, results } })).toMatchObject({ results })
  })
})

test.each([
  ['Pending', undefined],
  ['Running', undefined],
  [undefined, undefined],
  ['Successful', 'success'],
  ['Failed', 'failed'],
] as const)('a workflow that is %s has come to %s', (status, state) => {
  expect(endStateOf({ id: ID, workflowType: 'X', status })).toBe(state)
})

test.each([
  { what: 'a mandatory step that has not passed', steps: [{ name: 'CheckAccess', mandatory: true, passed: false }], status: 'Failed', state: 'failed' },
  { what: 'a step that can be done without', steps: [{ name: 'GetTags', mandatory: false, passed: false }], status: 'Failed', state: 'success' },
  { what: 'no step, and a failure', steps: undefined, status: 'Failed', state: 'failed' },
])('a workflow whose work is done, and has found $what, has come to $state', ({ steps, status, state }) => {
  const response = { status, ...(steps === undefined ? {} : { steps }) }
  expect(endStateOf({ id: ID, workflowType: 'X', status: 'Successful', response })).toBe(state)
})

test('a failure is told by class, words and remedy, a stop by its reason', () => {
  const times = { startedAtMs: null, endedAtMs: 1, isAcknowledged: false }
  expect(failureText({ state: 'failed', failureClass: 'ImagePull', message: 'not found', remedy: 'Check it', ...times })).toBe('ImagePull: not found\nCheck it')
  expect(failureText({ state: 'stopped', message: 'on request', ...times })).toBe('stopped: on request')
})
