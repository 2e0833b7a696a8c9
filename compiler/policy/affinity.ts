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
  return values.length === 1 && /^[+-]?\d+$/.test(values[0] ?? '') ? undefined : `must be one whole number in quotes when operator is ${operator}`
}

const nodeSelectorTerm = fields(
  {
    matchExpressions: z.array(requirement(NODE_OPERATORS, qualifiedNameRule, labelValueRule)).exactOptional(),
    matchFields: z
      .array(
        requirement(
          ['In', 'NotIn'],
          (key) => (key === 'metadata.name' ? undefined : 'must be metadata.name, the only field that nodes are found by'),
          dnsSubdomainRule,
        ),
      )
      .exactOptional(),
  },
  'a term',
)

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
)

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
      { nodeSelectorTerms: z.array(nodeSelectorTerm).min(1, 'must hold a term, or no node would ever do') },
      'a node selector',
    ).exactOptional(),
    preferredDuringSchedulingIgnoredDuringExecution: z.array(fields({ weight, preference: nodeSelectorTerm }, 'a preference')).exactOptional(),
  },
  'a node affinity',
)

/** Which nodes a pod wants, and beside which pods: Kubernetes' own shape, by its own rules. */
export const affinitySchema = fields(
  { nodeAffinity: nodeAffinity.exactOptional(), podAffinity: podAffinity.exactOptional(), podAntiAffinity: podAffinity.exactOptional() },
  'an affinity',
)

export type Affinity = z.infer<typeof affinitySchema>
