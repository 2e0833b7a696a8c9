import { z } from 'zod'
import type { Issue } from './issue.ts'
import { dnsSubdomainRule, labelValueRule, qualifiedNameRule } from './kubernetes-names.ts'
import { resourcesSchema } from './resources.ts'
import type { Resources } from './resources.ts'
import { tolerationSchema } from './toleration.ts'
import type { Toleration } from './toleration.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { issuesFromZod, joinPath } from './zod-issues.ts'

/** What holds for the pods of one pipeline type. */
export interface PipelineTypePolicy {
  readonly tolerations: readonly Toleration[]
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly priorityClass: string | null
  /** Laid over the general resources. */
  readonly resources: Resources
}

export type PipelineTypePolicies = ReadonlyMap<string, PipelineTypePolicy>

const NO_POLICY: PipelineTypePolicy = { tolerations: [], nodeSelector: {}, priorityClass: null, resources: { requests: {}, limits: {} } }

/** The entry of the type, else the entry `default`, else nothing particular. */
export function policyForType(policies: PipelineTypePolicies, type: string): PipelineTypePolicy {
  return policies.get(type) ?? policies.get('default') ?? NO_POLICY
}

const KNOWN_TYPES: readonly string[] = [
  'default',
  'automation',
  'metadata',
  'usage',
  'lineage',
  'profiler',
  'autoClassification',
  'TestSuite',
  'dataInsight',
  'elasticSearchReindex',
  'dbt',
  'application',
  'policyAgent',
]

const FIELDS = 'tolerations, nodeSelector, priorityClass, resources'

/** Fields of the other executor: accepted, and without effect. */
const OTHER_EXECUTOR_FIELDS: Readonly<Record<string, string>> = {
  toleration: 'is read by the Argo executor only and has no effect here; give tolerations, a list of Kubernetes tolerations',
  affinity: 'is read by the Argo executor only and has no effect here; use nodeSelector',
}

const priorityClass = z.string().superRefine((name, context) => {
  const message = dnsSubdomainRule(name)
  if (message !== undefined) context.addIssue({ code: 'custom', message: `${message}; it names a PriorityClass` })
})

const nodeSelector = z.record(z.string(), z.unknown()).transform((labels, context): Readonly<Record<string, string>> => {
  for (const [key, value] of Object.entries(labels)) {
    const valueRule = typeof value === 'string' ? labelValueRule(value) : 'must be a string; put numbers and true or false in quotes'
    const message = qualifiedNameRule(key) ?? valueRule
    if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message })
  }
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]))
})

const entrySchema = z
  .strictObject(
    {
      tolerations: z.array(tolerationSchema).optional(),
      nodeSelector: nodeSelector.optional(),
      priorityClass: priorityClass.optional(),
      priorityClassName: priorityClass.optional(),
      resources: resourcesSchema.optional(),
      toleration: z.unknown().optional(),
      affinity: z.unknown().optional(),
    },
    { error: (issue) => (issue.code === 'unrecognized_keys' ? `is no field of an entry; the fields are ${FIELDS}` : undefined) },
  )
  .transform((entry): PipelineTypePolicy => ({
    tolerations: entry.tolerations ?? [],
    nodeSelector: entry.nodeSelector ?? {},
    priorityClass: entry.priorityClass ?? entry.priorityClassName ?? null,
    resources: entry.resources ?? { requests: {}, limits: {} },
  }))

const policiesSchema = z.record(z.string(), entrySchema)

export interface ParsedPolicies {
  readonly policies: PipelineTypePolicies
  readonly warnings: readonly Issue[]
}

/** Reads the JSON of the variable `SIMPLEK8S_PIPELINE_TYPE_CONFIGS`: entries by pipeline type. */
export function parsePipelineTypePolicies(variable: string, text: string): Result<ParsedPolicies, Issue[]> {
  let json: unknown
  let hasProto = false
  try {
    json = JSON.parse(text, (key, value: unknown) => {
      hasProto ||= key === '__proto__'
      return value
    })
  } catch (error) {
    return err([{ code: 'invalid', path: variable, message: `must be JSON; ${jsonProblem(error, text)}` }])
  }
  // zod passes over this key without a word.
  if (hasProto) return err([{ code: 'unknownKey', path: variable, message: 'holds a key __proto__, which is none of its keys; take it out' }])
  const parsed = policiesSchema.safeParse(json)
  if (!parsed.success) return err(issuesFromZod(parsed.error, json, variable))
  return ok({ policies: new Map(Object.entries(parsed.data)), warnings: warningsFor(variable, json) })
}

function warningsFor(variable: string, json: unknown): Issue[] {
  return Object.entries(json as Readonly<Record<string, object>>).flatMap(([type, entry]) => [
    ...unknownType(variable, type),
    ...Object.entries(OTHER_EXECUTOR_FIELDS).flatMap(([field, message]): Issue[] =>
      Object.hasOwn(entry, field) ? [{ code: 'wrongExecutor', path: joinPath(variable, [type, field]), message }] : [],
    ),
  ])
}

function unknownType(variable: string, type: string): Issue[] {
  if (KNOWN_TYPES.includes(type)) return []
  const near = KNOWN_TYPES.find((known) => known.toLowerCase() === type.toLowerCase())
  const mend = near === undefined ? `known are ${KNOWN_TYPES.join(', ')}` : `did you mean ${near}?`
  return [{ code: 'unknownKey', path: joinPath(variable, [type]), message: `is no pipeline type that this version knows; ${mend}` }]
}

/** Where the text stops being JSON, by line and column, without the text itself. */
function jsonProblem(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (position === undefined) return 'check its quotes, commas and brackets'
  const before = text.slice(0, Number(position)).split('\n')
  return `it goes wrong at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}
