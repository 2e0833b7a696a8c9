import { ApiObject, App, type Chart } from 'cdk8s'
import { conditionOf } from './chart/chart-object.ts'
import { runnerChart } from './chart/runner-chart.ts'
import type { Expression, Json } from './expression/expression.ts'
import type { Tree } from './tree/tree.ts'
import { treeOf } from './tree/tree-of.ts'

/** One object of the chart, with what decides whether it is there. */
export interface ChartTemplate {
  /** Name of its file, without an ending. */
  readonly id: string
  readonly tree: Tree
  readonly when: Expression | undefined
}

/** What both back ends work on. */
export function chartTemplates(): ChartTemplate[] {
  return objectsOf(runnerChart(new App())).map((object) => ({ id: object.node.id, tree: treeOf(object.toJson() as Json), when: conditionOf(object) }))
}

function objectsOf(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node))
}
