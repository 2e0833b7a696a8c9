import { z } from 'zod'
import { labelValueRule, qualifiedNameRule } from '../kubernetes-names.ts'

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}

const shape = {
  key: z.string().exactOptional(),
  operator: z.string().exactOptional(),
  value: z.string().exactOptional(),
  effect: z.string().exactOptional(),
  tolerationSeconds: z.number().int('must be a whole number of seconds, at most 9007199254740991').exactOptional(),
}

/** A toleration by Kubernetes' own rules. */
export const tolerationSchema = z
  .strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `is not a field of a toleration; use ${Object.keys(shape).join(', ')}` : undefined),
  })
  .superRefine((toleration, context) => {
    for (const { field, message } of brokenRules(toleration)) context.addIssue({ code: 'custom', path: [field], message })
  })

interface BrokenRule {
  readonly field: keyof Toleration
  readonly message: string
}

const EFFECTS: readonly string[] = ['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute']

function brokenRules(toleration: Toleration): BrokenRule[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration
  const rules: BrokenRule[] = []
  const add = (field: keyof Toleration, message: string | undefined): void => {
    if (message !== undefined) rules.push({ field, message })
  }
  if (key !== '') add('key', qualifiedNameRule(key))
  else if (operator !== 'Exists') add('operator', 'must be Exists when key is empty, which means "all keys and all values"')
  if (operator === 'Exists' && value !== '') add('value', 'must be empty when operator is Exists')
  if (operator === 'Equal' || operator === '') add('value', labelValueRule(value))
  if (!['', 'Equal', 'Exists'].includes(operator)) add('operator', 'must be Equal or Exists')
  if (!EFFECTS.includes(effect)) add('effect', 'must be NoSchedule, PreferNoSchedule or NoExecute, or be left out to match every effect')
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') add('effect', 'must be NoExecute when tolerationSeconds is set')
  return rules
}

/** What the one word of the Argo executor stands for: nodes tainted `dedicated=<value>`, whatever the effect. */
export function dedicatedToleration(value: string): Toleration {
  return { key: 'dedicated', operator: 'Equal', value }
}
