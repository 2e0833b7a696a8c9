import { z } from 'zod'
import { dnsLabelRule, dnsSubdomainRule, labelValueRule, qualifiedNameRule } from '../kubernetes-names.ts'
import type { Rule } from '../kubernetes-names.ts'

/** Text by one of Kubernetes' rules. */
function ruledText(rule: Rule) {
  return z.string().superRefine((text, context) => {
    const message = rule(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
}

/** An object with these fields and no others. */
function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape, what: string) {
  const message = `is no field of ${what}; use ${Object.keys(shape).join(', ')}`
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? message : undefined) })
}

const weight = z.number('must be a weight from 1 to 100').int('must be a whole number').min(1, 'must be at least 1').max(100, 'must be at most 100')

const NODE_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] as const
const LABEL_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

/** A requirement on a label. The values must fit the operator, by the rules of Kubernetes. */
function requirement<const Operators extends readonly string[]>(operators: Operators, key: Rule, value: Rule) {
  const shape = {
    key: ruledText(key),
    operator: z.enum(operators, `must be one of ${operators.join(', ')}`),
    values: z.array(ruledText(value)).exactOptional(),
  }
  return fields(shape, 'a requirement').superRefine((one, context) => {
    const message = ruleForValues(one.operator, one.values ?? [])
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['values'], message })
  })
}

function ruleForValues(operator: string, values: readonly string[]): string | undefined {
  if (operator === 'In' || operator === 'NotIn') return values.length > 0 ? undefined : `must hold a value when operator is ${operator}`
  if (operator === 'Exists' || operator === 'DoesNotExist') return values.length === 0 ? undefined : `must be left out when operator is ${operator}`
  return values.length === 1 ? undefined : `must be one number in quotes when operator is ${operator}`
}

const nodeName = requirement(
  ['In', 'NotIn'],
  (key) => (key === 'metadata.name' ? undefined : 'must be metadata.name, the only field that nodes are found by'),
  dnsSubdomainRule,
).superRefine(({ values = [] }, context) => {
  if (values.length > 1) context.addIssue({ code: 'custom', path: ['values'], message: 'must hold one value only; give a term for each' })
})

function nodeSelectorTerm(value: Rule) {
  return fields(
    { matchExpressions: z.array(requirement(NODE_OPERATORS, qualifiedNameRule, value)).exactOptional(), matchFields: z.array(nodeName).exactOptional() },
    'a term',
  )
}

/** A node that is only preferred may be described by what no label can be: then it is never found. */
const anyValue: Rule = () => undefined

const labelSelector = fields(
  {
    matchLabels: z.record(ruledText(qualifiedNameRule), ruledText(labelValueRule)).exactOptional(),
    matchExpressions: z.array(requirement(LABEL_OPERATORS, qualifiedNameRule, labelValueRule)).exactOptional(),
  },
  'a label selector',
)

const podAffinityTerm = fields(
  {
    labelSelector: labelSelector.exactOptional(),
    namespaceSelector: labelSelector.exactOptional(),
    namespaces: z.array(ruledText(dnsLabelRule)).exactOptional(),
    topologyKey: ruledText(qualifiedNameRule),
    matchLabelKeys: z.array(ruledText(qualifiedNameRule)).exactOptional(),
    mismatchLabelKeys: z.array(ruledText(qualifiedNameRule)).exactOptional(),
  },
  'a pod affinity term',
).superRefine(({ labelSelector: selector, matchLabelKeys = [], mismatchLabelKeys = [] }, context) => {
  const add = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message })
  if (selector === undefined && matchLabelKeys.length > 0) add('matchLabelKeys', 'must be left out without a labelSelector')
  if (selector === undefined && mismatchLabelKeys.length > 0) add('mismatchLabelKeys', 'must be left out without a labelSelector')
  if (matchLabelKeys.some((key) => mismatchLabelKeys.includes(key))) add('matchLabelKeys', 'must hold no key of mismatchLabelKeys')
})

const podAffinity = fields(
  {
    requiredDuringSchedulingIgnoredDuringExecution: z.array(podAffinityTerm).exactOptional(),
    preferredDuringSchedulingIgnoredDuringExecution: z.array(fields({ weight, podAffinityTerm }, 'a preference')).exactOptional(),
  },
  'a pod affinity',
)

const nodeAffinity = fields(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fields(
      { nodeSelectorTerms: z.array(nodeSelectorTerm(labelValueRule)).min(1, 'must hold a term, or no node would ever do') },
      'a node selector',
    ).exactOptional(),
    preferredDuringSchedulingIgnoredDuringExecution: z.array(fields({ weight, preference: nodeSelectorTerm(anyValue) }, 'a preference')).exactOptional(),
  },
  'a node affinity',
)

/** Which nodes a pod wants, and beside which pods: Kubernetes' own shape, by its own rules. */
export const affinitySchema = fields(
  { nodeAffinity: nodeAffinity.exactOptional(), podAffinity: podAffinity.exactOptional(), podAntiAffinity: podAffinity.exactOptional() },
  'an affinity',
)

export type Affinity = z.infer<typeof affinitySchema>
