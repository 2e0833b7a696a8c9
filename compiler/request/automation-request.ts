import { z } from 'zod'
import { entityId, runFields, serverConnection, text } from './request-fields.ts'

/** OpenMetadata's automation Workflow. Goes to the pod whole: it writes its answer to the Workflow of this name. */
const workflow = z.looseObject({
  id: entityId,
  name: text(256),
  fullyQualifiedName: text(4096).nullish(),
  workflowType: text(63),
  request: z.looseObject({ serviceName: text(256).nullish(), connectionType: text(256).nullish() }),
  openMetadataServerConnection: serverConnection,
})

/** Params of `automation/run`. Unknown fields are accepted, so that the server can be newer. */
export const automationRequestSchema = z.looseObject({ ...runFields, workflow })

export type AutomationRequest = z.infer<typeof automationRequestSchema>
