import { z } from 'zod'
import { configOverride, entityId, runFields, serverConnection, text } from './request-fields.ts'

const settings = z.looseObject({}).nullish()

/** OpenMetadata's App. */
const app = z.looseObject({
  id: entityId,
  name: text(256),
  fullyQualifiedName: text(4096).nullish(),
  appConfiguration: settings,
  privateConfiguration: settings,
  allowConcurrentExecution: z.boolean().nullish(),
})

/** Params of `application/run` that names no pipeline. Unknown fields are accepted, so that the server can be newer. */
export const applicationRequestSchema = z.looseObject({ ...runFields, app: app.extend({ openMetadataServerConnection: serverConnection }), configOverride })

export type ApplicationRequest = z.infer<typeof applicationRequestSchema>

/** What of `application/run` is judged beside its pipeline, when it names one: the pipeline's connection is the one that counts. */
export const pipelineApplicationSchema = z.looseObject({ app })
