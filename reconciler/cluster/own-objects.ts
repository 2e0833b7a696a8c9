import { agentLabelValue, LABEL_AGENT, LABEL_RECORD } from '../../compiler/labels.ts'

/** The label selector of what belongs to a record of the runner with this agent id. */
export function ownObjects(agentId: string): string {
  return `${LABEL_AGENT}=${agentLabelValue(agentId)},${LABEL_RECORD}`
}
