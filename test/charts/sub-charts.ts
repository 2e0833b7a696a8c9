import { parse } from 'yaml'
import type { Json } from '../../constructs/expression/expression.ts'
import { run } from '../cluster/shell.ts'
import { type HelmMajor, helmProgram } from './helm.ts'
import { withFiles } from './render.ts'

/** How many sub-charts one run of Helm renders: its time grows faster than their number. */
const BATCH = 60

/** Name of the chart for the values of that place, as `Chart.Name` gives it. */
export function subChartName(index: number): string {
  return `c${index}`
}

/**
 * What `helm template` makes of a chart for many values files, with few runs of Helm: each file is the values of one sub-chart of a
 * chart that has nothing else, under an alias of its own.
 *
 * @param chart the chart's files by their paths
 * @returns the objects of each values file
 */
export async function objectsOfSubCharts(
  major: HelmMajor,
  chart: Readonly<Record<string, string>>,
  cases: readonly Json[],
  release: { readonly name: string; readonly namespace: string },
): Promise<unknown[][]> {
  const objects = cases.map((): unknown[] => [])
  for (let from = 0; from < cases.length; from += BATCH) {
    const batch = cases.slice(from, from + BATCH).map((values, index) => ({ values, name: subChartName(from + index) }))
    const text = await withFiles(parentFiles(chart, batch), async (folder) =>
      run(await helmProgram(major), ['template', release.name, folder, '--namespace', release.namespace, '--values', `${folder}/cases.json`]),
    )
    for (const { index, document } of documentsIn(text)) objects[index]?.push(document)
  }
  return objects
}

function parentFiles(chart: Readonly<Record<string, string>>, batch: readonly { readonly name: string; readonly values: Json }[]): Record<string, string> {
  const { name, version } = parse(chart['Chart.yaml'] ?? '') as { readonly name: string; readonly version: string }
  const dependencies = batch.map(({ name: alias }) => ({ name, version, repository: '', alias }))
  return {
    'Chart.yaml': JSON.stringify({ apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies }),
    '.helmignore': 'cases.json\n',
    'cases.json': JSON.stringify(Object.fromEntries(batch.map(({ name: alias, values }) => [alias, values]))),
    ...Object.fromEntries(Object.entries(chart).map(([path, text]) => [`charts/${name}/${path}`, text])),
  }
}

/** Both Helms print the same texts, and to parse them takes longer than to print them. */
const parsed = new Map<string, unknown>()

function documentsIn(text: string): { readonly index: number; readonly document: unknown }[] {
  return text
    .split(/^---\n/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const index = /^# Source: parent\/charts\/c(\d+)\/.*\n/.exec(part)?.[1]
      if (index === undefined) throw new Error(`whose is this? ${part.slice(0, 200)}`)
      if (!parsed.has(part)) parsed.set(part, parse(part))
      return { index: Number(index), document: parsed.get(part) }
    })
    .filter(({ document }) => document !== null)
}
