import { z } from 'zod'
import type { Issue } from '../issue.ts'
import { dnsSubdomainRule, labelValueRule, qualifiedNameRule } from '../kubernetes-names.ts'
import { repeatedKeys } from '../repeated-keys.ts'
import { resourcesSchema } from '../resources.ts'
import type { Resources } from '../resources.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { issuesFromZod, joinPath } from '../zod-issues.ts'
import { affinitySchema } from './affinity.ts'
import type { Affinity } from './affinity.ts'
import { EXECUTOR_TITLES, otherExecutor } from './executor.ts'
import type { Executor } from './executor.ts'
import { dedicatedToleration, tolerationSchema } from './toleration.ts'
import type { Toleration } from './toleration.ts'

/** What holds for the pods of one pipeline type. */
export interface PipelineTypePolicy {
  readonly tolerations: readonly Toleration[]
  readonly affinity: Affinity | null
  readonly nodeSelector: Readonly<Record<string, string>>
  readonly priorityClass: string | null
  /** Laid over the general resources. */
  readonly resources: Resources
}

export type PipelineTypePolicies = ReadonlyMap<string, PipelineTypePolicy>

const NO_POLICY: PipelineTypePolicy = { tolerations: [], affinity: null, nodeSelector: {}, priorityClass: null, resources: { requests: {}, limits: {} } }

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

const COMMON_FIELDS = ['nodeSelector', 'priorityClass', 'resources']
const OWN_FIELDS: Readonly<Record<Executor, readonly string[]>> = { simpleK8s: ['tolerations'], argo: ['toleration', 'affinity'] }

/** Words for each field that only the other executor reads: nothing, and what to do instead. */
export function foreignFields(executor: Executor): Readonly<Record<string, string>> {
  const other = otherExecutor(executor)
  return Object.fromEntries(
    OWN_FIELDS[other].map((field) => [field, `is read by the ${EXECUTOR_TITLES[other]} executor only and has no effect here; ${MENDS[field]}`]),
  )
}

/** What to do instead with a field that only the other executor reads. */
const MENDS: Readonly<Record<string, string>> = {
  toleration: 'give tolerations, a list of Kubernetes tolerations',
  affinity: 'use nodeSelector, or the affinity of config.ingestionPods.customConfig.workflowParams',
  tolerations: 'give toleration, the value of a taint named dedicated, or the tolerations of config.ingestionPods.customConfig.workflowParams',
}

/** What says nothing, as in tables that list every field: null, and an empty name. */
const said = (text: string | null | undefined): string | undefined => (text === null || text === '' ? undefined : text)

const priorityClass = z.string().superRefine((name, context) => {
  const message = name === '' ? undefined : dnsSubdomainRule(name)
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

const toleration = z.string().superRefine((value, context) => {
  const message = labelValueRule(value)
  if (message !== undefined) context.addIssue({ code: 'custom', message: `${message}; it is the value of a taint named dedicated` })
})

const commonShape = {
  nodeSelector: nodeSelector.nullish(),
  priorityClass: priorityClass.nullish(),
  priorityClassName: priorityClass.nullish(),
  resources: resourcesSchema.nullish(),
}

/** Fields of the other executor are not judged: they do nothing here. */
const SHAPES = {
  simpleK8s: { tolerations: z.array(tolerationSchema).nullish(), ...commonShape, toleration: z.unknown().optional(), affinity: z.unknown().optional() },
  argo: { toleration: toleration.nullish(), affinity: affinitySchema.nullish(), ...commonShape, tolerations: z.unknown().optional() },
} as const

const commonFields = z.object(commonShape)

function commonOf(entry: z.infer<typeof commonFields>): Pick<PipelineTypePolicy, 'nodeSelector' | 'priorityClass' | 'resources'> {
  const { nodeSelector, priorityClass, priorityClassName, resources } = entry
  return {
    nodeSelector: nodeSelector ?? NO_POLICY.nodeSelector,
    priorityClass: said(priorityClass) ?? said(priorityClassName) ?? null,
    resources: resources ?? NO_POLICY.resources,
  }
}

function refuseTwoClasses({ priorityClass: one, priorityClassName: other }: z.infer<typeof commonFields>, context: z.RefinementCtx): void {
  if (said(one) === undefined || said(other) === undefined || one === other) return
  context.addIssue({ code: 'custom', path: ['priorityClassName'], message: 'names another class than priorityClass, which says the same thing; keep one' })
}

const POLICIES = {
  simpleK8s: policiesSchema(
    z
      .strictObject(SHAPES.simpleK8s, unknownFieldOf('simpleK8s'))
      .superRefine(refuseTwoClasses)
      .transform((entry): PipelineTypePolicy => ({ ...NO_POLICY, ...commonOf(entry), tolerations: entry.tolerations ?? [] })),
  ),
  argo: policiesSchema(
    z
      .strictObject(SHAPES.argo, unknownFieldOf('argo'))
      .superRefine(refuseTwoClasses)
      .transform((entry): PipelineTypePolicy => ({
        ...commonOf(entry),
        tolerations: dedicatedFor(said(entry.toleration)),
        affinity: entry.affinity ?? null,
      })),
  ),
} as const

function dedicatedFor(value: string | undefined): Toleration[] {
  return value === undefined ? [] : [dedicatedToleration(value)]
}

/** An entry that is null is none: its type takes the entry `default`. */
function policiesSchema(entry: z.ZodType<PipelineTypePolicy>) {
  return z
    .record(z.string(), entry.nullable())
    .transform((entries): PipelineTypePolicies => new Map(Object.entries(entries).flatMap(([type, policy]) => (policy === null ? [] : [[type, policy]]))))
}

function unknownFieldOf(executor: Executor) {
  const message = `is no field of an entry; the fields are ${[...OWN_FIELDS[executor], ...COMMON_FIELDS].join(', ')}`
  return { error: (issue: z.core.$ZodRawIssue) => (issue.code === 'unrecognized_keys' ? message : undefined) }
}

export interface ParsedPolicies {
  readonly policies: PipelineTypePolicies
  readonly warnings: readonly Issue[]
}

/** Reads the JSON of the executor's table: entries by pipeline type. */
export function parsePipelineTypePolicies(executor: Executor, variable: string, text: string): Result<ParsedPolicies, Issue[]> {
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
  const parsed = POLICIES[executor].safeParse(json)
  const repeated = repeatedKeys(text).map((path): Issue => ({ code: 'invalid', path: joinPath(variable, path), message: 'is there twice; keep one' }))
  if (!parsed.success) return err([...repeated, ...issuesFromZod(parsed.error, json, variable)])
  if (repeated.length > 0) return err(repeated)
  return ok({ policies: parsed.data, warnings: warningsFor(executor, variable, json) })
}

function warningsFor(executor: Executor, variable: string, json: unknown): Issue[] {
  const foreign = Object.entries(foreignFields(executor))
  return Object.entries(json as Readonly<Record<string, Readonly<Record<string, unknown>> | null>>).flatMap(([type, entry]) => [
    ...unknownType(variable, type),
    ...foreign.flatMap(([field, message]): Issue[] =>
      (entry?.[field] ?? null) !== null ? [{ code: 'wrongExecutor', path: joinPath(variable, [type, field]), message }] : [],
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
