import { stringify } from 'yaml'
import { type ChartTemplate, chartTemplates } from '../chart-templates.ts'
import { goExpression } from '../expression/go-expression.ts'
import { goTemplate } from '../tree/go-template.ts'
import { chartValues } from '../values/chart-values.ts'
import { defaultsOf, describe } from '../values/described.ts'
import { readme } from './chart-readme.ts'
import { checksTemplate, SHAPES_FILE, shapesFile } from './checks-template.ts'
import { notes } from './notes.ts'
import { CHART_NAME } from './chart-name.ts'
import { NAMED_TEMPLATES, namedTexts } from './named-templates.ts'
import { searchable } from './searchable.ts'
import { sharedTemplates } from './shared-templates.ts'
import { valuesSchema } from './values-schema.ts'
import { valuesYaml } from './values-yaml.ts'

/** The files of the Helm chart by their paths: the first back end. */
export function chartFiles(version: string): Record<string, string> {
  const chart = {
    apiVersion: 'v2',
    name: CHART_NAME,
    description: "Runs Collate's ingestion in your own Kubernetes cluster: one outbound connection, typed pods, no secret leaves.",
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: '>=1.28.0-0',
  }
  const templates = chartTemplates()
  const described = describe(chartValues)
  const texts = {
    'templates/checks/values.yaml': checksTemplate(),
    'templates/_names.tpl': namedTexts(templates),
    ...sharedTemplates(templates),
    ...Object.fromEntries(templates.map((template) => [`templates/${template.id}.yaml`, templateText(template)])),
  }
  return {
    'Chart.yaml': stringify(chart, { lineWidth: 0 }),
    'values.yaml': valuesYaml(described),
    'values.schema.json': `${JSON.stringify(valuesSchema(chartValues, Object.keys(defaultsOf(described)).length), null, 2)}\n`,
    [SHAPES_FILE]: shapesFile(),
    'README.md': readme(described),
    'templates/NOTES.txt': notes(),
    'templates/_functions.tpl': NAMED_TEMPLATES,
    ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, searchable(text)])),
  }
}

function templateText({ tree, when }: ChartTemplate): string {
  const text = goTemplate(tree)
  return when === undefined ? text : `{{- if ${goExpression(when)} }}\n${text}{{- end }}\n`
}
