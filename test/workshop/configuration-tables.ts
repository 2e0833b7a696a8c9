import { policyEnvironment } from '../../compiler/policy/policy-environment.ts'
import { variablesOf } from '../../compiler/policy/variable.ts'
import type { Variable } from '../../compiler/policy/variable.ts'
import { agentEnvironment } from '../../reconciler/config.ts'

/** A table of `docs/configuration.md`, between two marks of its name. */
export interface ConfigurationTable {
  readonly name: string
  readonly markdown: string
}

/** All variables, from the schemas that read them. */
export function configurationTables(): ConfigurationTable[] {
  const pods = variablesOf(policyEnvironment)
  const living = pods.filter(({ deadBecause }) => deadBecause === undefined)
  return [
    { name: 'agent', markdown: table(['variable', 'default', 'meaning'], variablesOf(agentEnvironment).map(livingRow)) },
    { name: 'pods', markdown: table(['variable', 'default', 'meaning'], living.map(livingRow)) },
    { name: 'old-names', markdown: table(['old name', 'name today'], living.flatMap(oldNameRows)) },
    { name: 'dead', markdown: table(['variable', 'was', 'now'], pods.flatMap(deadRows)) },
  ]
}

/** The document with its tables made anew; a mark that is missing is an error. */
export function withTables(document: string, tables: readonly ConfigurationTable[]): string {
  return tables.reduce((text, { name, markdown }) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`the document lacks ${begin} or ${end}`)
    return `${text.slice(0, from + begin.length)}\n${markdown}\n${text.slice(to)}`
  }, document)
}

function livingRow(variable: Variable): string[] {
  const { name, description, executor } = variable
  const only = executor === undefined ? '' : ` Only ${executor === 'argo' ? 'Argo' : 'Simple Kubernetes'}.`
  return [code(name), defaultOf(variable), `${description}${only}`]
}

function defaultOf({ defaultText, fallback, isRequired }: Variable): string {
  if (isRequired) return 'required'
  return fallback === undefined ? code(defaultText ?? '') : /^[\d.]+\w*$/.test(fallback) ? code(fallback) : fallback
}

function oldNameRows({ name, oldNames = [] }: Variable): string[][] {
  return oldNames.map((oldName) => [code(oldName), code(name)])
}

function deadRows({ name, description, oldNames = [], deadBecause }: Variable): string[][] {
  return deadBecause === undefined ? [] : [name, ...oldNames].map((each) => [code(each), description, deadBecause])
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
