import { customConfigFiles } from '../chart/custom-config-files.ts'
import { runnerEnvironment } from '../chart/environment.ts'
import { CUSTOM_CONFIG_FOLDER, HAS_CUSTOM_CONFIG } from '../chart/pod-variables.ts'
import { evaluate, isMap } from '../expression/evaluate.ts'
import type { Json, Scope } from '../expression/expression.ts'
import { textOf } from '../expression/functions.ts'
import { isTruthy } from '../expression/truth.ts'
import { evaluateTree } from '../tree/evaluate-tree.ts'
import { nodesBelow } from '../tree/nodes-below.ts'
import type { Item } from '../tree/tree.ts'
import { treeOf } from '../tree/tree-of.ts'

/** One variable of the runner's container. */
export interface ReleaseVariable {
  readonly name: string
  /** Undefined where only the cluster knows it: it comes from a Secret, a ConfigMap or the pod. */
  readonly value: string | undefined
  /** The values it is made from, by their paths. Empty for what the chart itself decides. */
  readonly from: readonly string[]
}

/** The variables of the runner's container in a release, in their order: a later one of a name wins. */
export function releaseVariables(scope: Scope): ReleaseVariable[] {
  const tree = treeOf(runnerEnvironment())
  if (tree.kind !== 'list') throw new Error('the environment is a list')
  return tree.items.flatMap((item) => (item.kind === 'shared' ? item.items : [item])).flatMap((item) => variablesOf(item, scope))
}

/** The files that the chart mounts beside it, by their paths in the container. */
export function releaseFiles(scope: Scope): Map<string, string> {
  if (!isTruthy(evaluate(HAS_CUSTOM_CONFIG, scope))) return new Map()
  const files = evaluateTree(treeOf(customConfigFiles()), scope)
  return new Map(Object.entries(isMap(files) ? files : {}).map(([name, text]) => [`${CUSTOM_CONFIG_FOLDER}/${name}`, textOf(text)]))
}

function variablesOf(item: Item, scope: Scope): ReleaseVariable[] {
  const entries = evaluateTree({ kind: 'list', items: [item] }, scope) as readonly Json[]
  const from = item.kind === 'item' ? [...new Set(nodesBelow(item.value, 'value').map(({ path }) => path.join('.')))] : []
  return entries.filter(isMap).map((entry) => {
    const name = textOf(entry['name'] ?? null)
    const value = entry['valueFrom'] === undefined ? textOf(entry['value'] ?? null) : undefined
    return { name, value, from: item.kind === 'item' ? from : [`extraEnvs[${name}]`] }
  })
}
