import { z } from 'zod'
import { runRequestSchema } from './run-request.ts'
import { configOverride, entityId, runFields, serverConnection, text } from './request-fields.ts'

const settings = z.looseObject({}).nullish()

/** OpenMetadata's App. */
const app = z.looseObject({
  id: entityId.describe("The App's id."),
  name: text(256).describe('Its name.'),
  fullyQualifiedName: text(4096).nullish().describe('Its name in full.'),
  appConfiguration: settings.describe('For the pod.'),
  privateConfiguration: settings.describe('For the pod; kept out of the record.'),
  allowConcurrentExecution: z.boolean().nullish().describe('Whether several of its runs may be active at once; `false` by default.'),
})

/** Params of `application/run` that names no pipeline. Unknown fields are accepted, so that the server can be newer. */
export const applicationRequestSchema = z.looseObject({
  ...runFields,
  app: app.extend({ openMetadataServerConnection: serverConnection }).describe('The App, whole.'),
  configOverride,
})

export type ApplicationRequest = z.infer<typeof applicationRequestSchema>

/** What of `application/run` is judged beside its pipeline, when it names one: the pipeline's connection is the one that counts. */
export const pipelineApplicationSchema = z.looseObject({ app: app.describe('The App, whole.') })

/** Params of `application/run`: without a pipeline, or with the one it runs as. */
export const applicationRunParams = z.union([applicationRequestSchema, runRequestSchema.extend(pipelineApplicationSchema.shape)])
