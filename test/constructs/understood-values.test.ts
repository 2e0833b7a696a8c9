import { expect, test } from 'vitest'
import type { Issue } from '../../compiler/issue.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { releaseVariables } from '../../constructs/yaml/release-environment.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { parseConfig } from '../../reconciler/config.ts'
import { propertyCases } from '../support/property-cases.ts'
import { RELEASE, valuesCases } from './values-cases.ts'

/** What only the cluster knows, and files that are not there. */
const OF_CLUSTER = { AUTH_TOKEN: 'token', AUTH_TOKEN_FILE: '', ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: '', ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH: '' }

/** What a template cannot see: amounts beyond what both back ends hold exactly, bytes that are no text, and what Kubernetes puts into a text. */
const isBeyondTemplates = ({ path, message }: Issue, value: string): boolean =>
  (/_(CPU|MEMORY)_(REQUEST|LIMIT)$/.test(path) && message.includes('is more than the limit')) ||
  (path.endsWith('_PROXY') && message.includes('percent-encoded')) ||
  value.includes('$(')

function issuesOf(values: Json): string[] {
  const variables = releaseVariables(scopeFor(values, RELEASE)).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))
  const environment: Record<string, string> = { ...Object.fromEntries(variables), ...OF_CLUSTER }
  const parsed = parseConfig(environment)
  if (parsed.ok) return []
  const valueOf = ({ path }: Issue): string => environment[/^\w+/.exec(path)?.[0] ?? ''] ?? ''
  return parsed.error.filter((issue) => !isBeyondTemplates(issue, valueOf(issue))).map((issue) => `${issue.path} ${issue.message}: ${valueOf(issue)}`)
}

test('the runner starts with the environment of any values that the chart takes', { timeout: 300_000 }, () => {
  const cases = valuesCases(propertyCases({ inCi: 500, elsewhere: 100 })).filter(({ isRefused }) => !isRefused)
  for (const { values } of cases) expect(issuesOf(values), JSON.stringify(values)).toEqual([])
})
