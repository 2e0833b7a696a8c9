/** OpenMetadata's automation Workflow, as the runner reads it, and what it writes on one that its pod could not end. */
import type { RunEnd } from '../../compiler/record.ts'

export const AUTOMATION_STATUSES = ['Pending', 'Running', 'Successful', 'Failed'] as const
export type AutomationStatus = (typeof AUTOMATION_STATUSES)[number]

/** As much of the Workflow as matters for its end. The request holds passwords, and is not kept. */
export interface AutomationWorkflow {
  readonly id: string
  /** An open set. */
  readonly workflowType: string
  readonly status?: AutomationStatus | undefined
  /** Of a test connection: which connector's definition has its steps. */
  readonly connectionType?: string | undefined
  /** Of a reverse ingestion. */
  readonly serviceId?: string | undefined
  /** What the pod has written so far. */
  readonly response?: Readonly<Record<string, unknown>> | undefined
}

/** One operation of a JSON patch (RFC 6902). */
export type PatchStep = { readonly op: 'test' | 'add'; readonly path: string; readonly value: unknown }

/** One step of a test connection, as the connector's definition lists it. */
export interface ConnectionStep {
  readonly name: string
  readonly mandatory: boolean
}

/** The step with which every connector that has no definition at hand begins. */
const FIRST_STEP: ConnectionStep = { name: 'CheckAccess', mandatory: true }

export interface AutomationFailure {
  /** Class, Kubernetes' own words and the remedy. */
  readonly text: string
  readonly logTail: string | undefined
  readonly nowMs: number
  /** Of the connector's definition; empty where there is none. */
  readonly steps: readonly ConnectionStep[]
}

/**
 * What the pod's word on the Workflow means for the run; undefined while it has not had the last one.
 *
 * `Successful` says that the work was done. Whether it went well stands in the response: a test of a connection that finds a wrong
 * password is done, too.
 */
export function endStateOf({ status, response }: AutomationWorkflow): 'success' | 'failed' | undefined {
  if (status === 'Successful') return tellsFailure(response) ? 'failed' : 'success'
  return status === 'Failed' ? 'failed' : undefined
}

/** As the screen reads it: a step that a connector can do without may fail. */
function tellsFailure(response: AutomationWorkflow['response']): boolean {
  const steps = stepsIn(response)
  return steps.length === 0 ? response?.['status'] === 'Failed' : steps.some(({ mandatory, passed }) => mandatory === true && passed === false)
}

/** What the person at the screen reads of an end. */
export function failureText({ failureClass, state, message, remedy }: RunEnd): string {
  return [`${failureClass ?? state}: ${message}`, remedy].filter(Boolean).join('\n')
}

/**
 * The patch that ends a Workflow as failed, with a response of its type. It does nothing to a Workflow whose status has changed since
 * it was read: the pod may have had its last word in between.
 */
export function failedWorkflow(workflow: AutomationWorkflow, failure: AutomationFailure): readonly PatchStep[] {
  const response = failedResponse(workflow, failure)
  return [
    ...(workflow.status === undefined ? [] : [{ op: 'test', path: '/status', value: workflow.status } as const]),
    ...(response === undefined ? [] : [{ op: 'add', path: '/response', value: response } as const]),
    { op: 'add', path: '/status', value: 'Failed' },
  ]
}

/** What a Workflow that failed answers. A type that is not known here gets no response: the server would refuse one of another shape. */
export function failedResponse(workflow: AutomationWorkflow, failure: AutomationFailure): object | undefined {
  const { workflowType, response } = workflow
  switch (workflowType) {
    case 'TEST_CONNECTION':
    case 'TEST_SPARK_ENGINE_CONNECTION':
      return failedConnection(response, failure)
    case 'QUERY_RUNNER':
      return { ...response, status: 'Failed', message: failure.text, ...errorLog(failure) }
    case 'REVERSE_INGESTION':
      return failedReverseIngestion(workflow, failure)
    default:
      return undefined
  }
}

/**
 * The screen shows the steps of the connector's definition by their names, and takes a test without a failed mandatory step for a good
 * one. So the failure goes to the first step that the pod had not passed.
 */
function failedConnection(response: AutomationWorkflow['response'], failure: AutomationFailure): object {
  const posted = stepsIn(response)
  const hasPassed = ({ name }: ConnectionStep): boolean => posted.some((step) => step['name'] === name && step['passed'] === true)
  const planned = failure.steps.some(({ mandatory }) => mandatory) ? failure.steps : [FIRST_STEP]
  const { name } = planned.find((step) => step.mandatory && !hasPassed(step)) ?? { name: 'Hybrid Ingestion Runner' }
  const failed = { name, mandatory: true, passed: false, message: failure.text, ...errorLog(failure) }
  return { lastUpdatedAt: failure.nowMs, status: 'Failed', steps: [...posted.filter((step) => step['name'] !== name), failed] }
}

function stepsIn(response: AutomationWorkflow['response']): readonly Record<string, unknown>[] {
  const steps = response?.['steps']
  return Array.isArray(steps) ? steps.filter((step): step is Record<string, unknown> => typeof step === 'object' && step !== null) : []
}

function failedReverseIngestion({ serviceId, response }: AutomationWorkflow, { text }: AutomationFailure): object | undefined {
  const results = Array.isArray(response?.['results']) ? (response['results'] as readonly unknown[]) : []
  return serviceId === undefined ? undefined : { serviceId, results, success: false, message: text }
}

function errorLog({ logTail }: AutomationFailure): { errorLog?: string } {
  return logTail === undefined || logTail === '' ? {} : { errorLog: logTail }
}
