import { z } from 'zod'
import { entityId, runFields, serverConnection, text } from './request-fields.ts'

/** OpenMetadata's automation Workflow. Goes to the pod whole: it writes its answer to the Workflow of this name. */
const workflow = z.looseObject({
  id: entityId.describe("The Workflow's id."),
  name: text(256).describe('Its name, under which the pod writes its answer.'),
  fullyQualifiedName: text(4096).nullish().describe('Its name in full.'),
  workflowType: text(63).describe('`TEST_CONNECTION`, `TEST_SPARK_ENGINE_CONNECTION`, `QUERY_RUNNER`, `REVERSE_INGESTION`, or one of tomorrow.'),
  request: z
    .looseObject({ serviceName: text(256).nullish().describe('The service it is about.'), connectionType: text(256).nullish().describe('Such as `Mysql`.') })
    .describe('What is to be done; goes to the pod.'),
  openMetadataServerConnection: serverConnection,
})

/** Params of `automation/run`. Unknown fields are accepted, so that the server can be newer. */
export const automationRequestSchema = z.looseObject({ ...runFields, workflow: workflow.describe('The Workflow, whole.') })

export type AutomationRequest = z.infer<typeof automationRequestSchema>
