import { policyEnvironment } from '../../compiler/policy/policy-environment.ts'
import { variablesOf } from '../../compiler/policy/variable.ts'
import type { Variable } from '../../compiler/policy/variable.ts'
import { agentEnvironment } from '../../reconciler/config.ts'
import { code, type MadePart, table } from './markdown-tables.ts'

/** All variables, from the schemas that read them. */
export function configurationTables(): MadePart[] {
  const pods = variablesOf(policyEnvironment)
  const living = pods.filter(({ deadBecause }) => deadBecause === undefined)
  return [
    { name: 'agent', markdown: table(['variable', 'default', 'meaning'], variablesOf(agentEnvironment).map(livingRow)) },
    { name: 'pods', markdown: table(['variable', 'default', 'meaning'], living.map(livingRow)) },
    { name: 'old-names', markdown: table(['old name', 'name today'], living.flatMap(oldNameRows)) },
    { name: 'dead', markdown: table(['variable', 'was', 'now'], pods.flatMap(deadRows)) },
  ]
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
