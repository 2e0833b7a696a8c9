import type { ChartTemplate } from '../chart-templates.ts'
import { sharedTemplate } from '../tree/go-template.ts'
import { nodesBelow } from '../tree/nodes-below.ts'

/** The items that several lists have, each in a file of its name, by its path in the chart. */
export function sharedTemplates(templates: readonly ChartTemplate[]): Record<string, string> {
  return Object.fromEntries(nodesBelow(templates, 'shared').map((shared) => [`templates/_${shared.name}.tpl`, sharedTemplate(shared)]))
}
