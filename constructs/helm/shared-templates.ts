import type { ChartTemplate } from '../chart-templates.ts'
import { sharedTemplate } from '../tree/go-template.ts'
import type { Item } from '../tree/tree.ts'

type Shared = Extract<Item, { kind: 'shared' }>

/** The items that several lists have, each in a file of its name, by its path in the chart. */
export function sharedTemplates(templates: readonly ChartTemplate[]): Record<string, string> {
  return Object.fromEntries(sharedIn(templates).map((shared) => [`templates/_${shared.name}.tpl`, sharedTemplate(shared)]))
}

function sharedIn(part: unknown): Shared[] {
  if (typeof part !== 'object' || part === null) return []
  const own = (part as Partial<Item>).kind === 'shared' ? [part as Shared] : []
  return [...own, ...Object.values(part).flatMap(sharedIn)]
}
