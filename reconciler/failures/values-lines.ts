/** Lines of `values.yaml` that an operator can paste. */
import { type PipelineTypePolicy, policyForType } from '../../compiler/policy/pipeline-type-policy.ts'
import { tableVariable } from '../../compiler/policy/without-effect.ts'
import type { Resources } from '../../compiler/resources.ts'
import type { FailedRun, Taint } from './failure-cause.ts'

/** What is to be changed for the pods of one type. */
export interface EntryChange {
  readonly tolerations?: readonly object[]
  /** Argo's one word. */
  readonly toleration?: string
  readonly resources?: Partial<Resources>
  readonly priorityClass?: string
}

/**
 * The lines that change what holds for the pods of this run's type. The whole table is printed: what stands there for other types
 * stays, and what the type takes from the entry `default` goes along into its own.
 */
export function pipelineTypeLines(run: FailedRun, change: EntryChange): string {
  const entries = [...run.types].map(([type, policy]): [string, object] => [type, entryOf(policy, run)])
  const changed = changedEntry(entryOf(policyForType(run.types, run.pipelineType), run), change)
  const table = { ...Object.fromEntries(entries), [run.pipelineType]: changed }
  return ['extraEnvs:', `  - name: ${tableVariable(run.executor)}`, '    value: >-', `      ${JSON.stringify(table)}`].join('\n')
}

/** The lines that set values below `config.ingestionPods`. */
export function ingestionPodsLines(lines: readonly string[]): string {
  return ['config:', '  ingestionPods:', ...lines.map((line) => `    ${line}`)].join('\n')
}

/** Says when the type has no entry of its own: that is what people overlook. Empty when it has one. */
export function missingEntry({ executor, pipelineType, types }: FailedRun): string {
  if (types.has(pipelineType)) return ''
  const instead = types.has('default') ? 'and takes the entry "default"' : 'and none called "default"'
  return `${tableVariable(executor)} has no entry "${pipelineType}" ${instead}.`
}

/** A toleration of each taint, as the executor's table takes it; undefined where Argo's one word, `dedicated=<value>`, cannot say it. */
export function tolerationChange({ executor }: FailedRun, taints: readonly Taint[]): EntryChange | undefined {
  if (executor === 'simpleK8s') return { tolerations: taints.map(tolerationOf) }
  const [taint, ...others] = taints
  return taint?.key === 'dedicated' && others.length === 0 ? { toleration: taint.value } : undefined
}

export function tolerationOf({ key, value, effect }: Taint): Readonly<Record<string, string>> {
  const match = value === '' ? { operator: 'Exists' } : { operator: 'Equal', value }
  return { key, ...match, ...(effect === '' ? {} : { effect }) }
}

interface Entry {
  readonly tolerations?: readonly object[]
  readonly toleration?: string
  readonly affinity?: object
  readonly nodeSelector?: object
  readonly priorityClass?: string
  readonly resources?: Partial<Resources>
}

/** The fields that somebody has set, as they are written. */
function entryOf({ tolerations, affinity, nodeSelector, priorityClass, resources }: PipelineTypePolicy, { executor }: FailedRun): Entry {
  const word = executor === 'argo' ? tolerations[0]?.value : undefined
  return {
    ...(executor === 'argo' || tolerations.length === 0 ? {} : { tolerations }),
    ...(word === undefined ? {} : { toleration: word }),
    ...(affinity === null ? {} : { affinity }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...(priorityClass === null ? {} : { priorityClass }),
    ...withoutEmpty(resources),
  }
}

function withoutEmpty({ requests, limits }: Resources): { readonly resources?: Partial<Resources> } {
  const set = Object.entries({ requests, limits }).filter(([, amounts]) => Object.keys(amounts).length > 0)
  return set.length === 0 ? {} : { resources: Object.fromEntries(set) }
}

function changedEntry(entry: Entry, { tolerations, resources, ...rest }: EntryChange): Entry {
  const { requests, limits } = entry.resources ?? {}
  const merged = withoutEmpty({ requests: { ...requests, ...resources?.requests }, limits: { ...limits, ...resources?.limits } })
  return { ...entry, ...rest, ...merged, ...(tolerations === undefined ? {} : { tolerations: [...(entry.tolerations ?? []), ...tolerations] }) }
}
