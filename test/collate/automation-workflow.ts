import { z } from 'zod'

const outcome = z.enum(['Successful', 'Failed', 'Running'])

const testConnectionResult = z.looseObject({
  lastUpdatedAt: z.number().nullish(),
  status: outcome.nullish(),
  steps: z.array(
    z.looseObject({
      name: z.string(),
      mandatory: z.boolean(),
      passed: z.boolean(),
      message: z.string().nullish(),
      errorLog: z.string().nullish(),
    }),
  ),
})

const reverseIngestionResponse = z.looseObject({
  serviceId: z.string(),
  results: z.array(z.looseObject({ id: z.string(), success: z.boolean(), message: z.string().nullish() })),
})

const queryRunnerResponse = z.looseObject({
  status: outcome.nullish(),
  message: z.string().nullish(),
  errorLog: z.string().nullish(),
  duration: z.number().nullish(),
  executedQuery: z.string().nullish(),
})

const RESPONSES = {
  TEST_CONNECTION: testConnectionResult,
  TEST_SPARK_ENGINE_CONNECTION: testConnectionResult,
  REVERSE_INGESTION: reverseIngestionResponse,
  QUERY_RUNNER: queryRunnerResponse,
} as const

type WorkflowType = keyof typeof RESPONSES

/** OpenMetadata's automation Workflow. What a newer server adds is kept; the response must be the one of its type. */
export const automationWorkflow = z
  .looseObject({
    id: z.uuid().optional(),
    name: z.string().min(1),
    fullyQualifiedName: z.string().optional(),
    workflowType: z.enum(Object.keys(RESPONSES) as [WorkflowType, ...WorkflowType[]]),
    status: z.enum(['Pending', 'Running', 'Successful', 'Failed']).default('Pending'),
    request: z.looseObject({}),
    response: z.unknown().optional(),
  })
  .superRefine((workflow, context) => {
    if (workflow.response === undefined || workflow.response === null) return
    const judged = RESPONSES[workflow.workflowType].safeParse(workflow.response)
    for (const issue of judged.error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['response', ...issue.path], message: issue.message })
    }
  })
export type AutomationWorkflow = z.infer<typeof automationWorkflow>
