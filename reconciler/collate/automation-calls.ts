/** The calls about automation Workflows. */
import { z } from 'zod'
import { AUTOMATION_STATUSES, type AutomationWorkflow } from '../report/automation-workflow.ts'
import { type CollateApi, CollateError } from './collate-api.ts'
import { maybe, parsed } from './parsed-answer.ts'
import type { Call } from './call.ts'

/** Read as loosely as possible: the server may be newer. */
const workflowAnswer = z
  .object({
    id: z.string(),
    workflowType: z.string(),
    status: maybe(z.enum(AUTOMATION_STATUSES)),
    request: maybe(z.object({ connectionType: maybe(z.string()).catch(undefined), service: maybe(z.object({ id: z.string() })).catch(undefined) })).catch(
      undefined,
    ),
    response: maybe(z.record(z.string(), z.unknown())),
  })
  .transform(({ id, workflowType, status, request, response }): AutomationWorkflow => ({
    id,
    workflowType,
    status,
    connectionType: request?.connectionType,
    serviceId: request?.service?.id,
    response,
  }))

const definitionAnswer = z.object({ steps: z.array(z.object({ name: z.string(), mandatory: z.boolean().default(true) })) })

export function automationCalls(apiUrl: string, call: Call): Pick<CollateApi, 'readAutomation' | 'patchAutomation' | 'readConnectionSteps'> {
  const workflows = `${apiUrl}/v1/automations/workflows`
  return {
    readAutomation: async (name) => {
      const { isFound, body } = await call('GET', `${workflows}/name/${encodeURIComponent(name)}`)
      return isFound ? parsed(workflowAnswer, body) : undefined
    },
    patchAutomation: async (id, steps) => {
      const { isFound } = await call('PATCH', `${workflows}/${encodeURIComponent(id)}`, steps)
      if (!isFound) throw new CollateError('Refused', `Collate knows no automation workflow ${id} any more`)
    },
    readConnectionSteps: async (connectionType) => {
      const { isFound, body } = await call(
        'GET',
        `${apiUrl}/v1/services/testConnectionDefinitions/name/${encodeURIComponent(`${connectionType}.testConnectionDefinition`)}`,
      )
      return isFound ? parsed(definitionAnswer, body).steps : undefined
    },
  }
}
