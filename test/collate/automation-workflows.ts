import { randomUUID } from 'node:crypto'
import { answer, errorAnswer, schemaRefusal } from './answer.ts'
import type { Answer } from './answer.ts'
import { automationWorkflow } from './automation-workflow.ts'
import type { AutomationWorkflow } from './automation-workflow.ts'
import { applyPatch, jsonPatch, PatchFailed } from './json-patch.ts'
import { jsonOf } from './rest-call.ts'

/** The automation workflows, by name. As in OpenMetadata the server connection, which holds the bot's token, is never stored. */
export interface AutomationWorkflows {
  /** Creates or replaces; the name in the path, if there is one, must be the one in the body. */
  put(body: Buffer, nameInPath?: string): Answer
  get(name: string): Answer
  patch(nameOrId: string, body: Buffer): Answer
  all(): readonly AutomationWorkflow[]
  forget(): void
}

export function createAutomationWorkflows(changed: () => void): AutomationWorkflows {
  const workflows = new Map<string, AutomationWorkflow>()
  const notFound = (name: string): Answer => errorAnswer(404, `workflow instance for ${name} not found`)
  const find = (nameOrId: string): AutomationWorkflow | undefined =>
    workflows.get(nameOrId) ?? [...workflows.values()].find((workflow) => workflow.id === nameOrId)

  const store = (value: unknown, before: AutomationWorkflow | undefined): Answer => {
    const parsed = automationWorkflow.safeParse(value)
    if (!parsed.success) return schemaRefusal(parsed.error)
    if (before !== undefined && before.name !== parsed.data.name) return errorAnswer(400, 'name: cannot be changed')
    const { openMetadataServerConnection: _, ...kept } = parsed.data
    const id = before?.id ?? kept.id ?? randomUUID()
    const stored = { ...kept, id, fullyQualifiedName: kept.name, updatedAt: Date.now() }
    workflows.set(kept.name, stored)
    changed()
    return answer(before === undefined ? 201 : 200, stored)
  }

  return {
    forget: () => workflows.clear(),
    all: () => [...workflows.values()],
    get: (name) => {
      const found = workflows.get(name)
      return found === undefined ? notFound(name) : answer(200, found)
    },
    put: (body, nameInPath) => {
      const parsed = automationWorkflow.safeParse(jsonOf(body)?.value)
      if (!parsed.success) return schemaRefusal(parsed.error)
      const { name } = parsed.data
      if (nameInPath !== undefined && nameInPath !== name) return errorAnswer(400, `name: must be '${nameInPath}' as in the path`)
      return store(parsed.data, workflows.get(name))
    },
    patch: (nameOrId, body) => {
      const before = find(nameOrId)
      if (before === undefined) return notFound(nameOrId)
      const parsed = jsonPatch.safeParse(jsonOf(body)?.value)
      if (!parsed.success) return schemaRefusal(parsed.error)
      try {
        return store(applyPatch(before, parsed.data), before)
      } catch (error) {
        if (error instanceof PatchFailed) return errorAnswer(400, error.message)
        throw error
      }
    },
  }
}
