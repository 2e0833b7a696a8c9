/** What fields of Kubernetes' own must look like, by what they hold. */
import type { FieldKind } from '../../compiler/policy/custom-fields.ts'
import type { Shape } from '../expression/shape-problems.ts'
import { TEXT_RULES, type TextRuleName } from '../values/text-rules.ts'

const KINDS: Readonly<Record<FieldKind, Shape & { readonly rule: string }>> = {
  'text': { kinds: ['string'], rule: 'must be a text', mend: 'Put it in quotes' },
  'number': { kinds: ['float64'], rule: 'must be a number', mend: 'Write its digits without quotes' },
  'flag': { kinds: ['bool'], rule: 'must be true or false', mend: 'Write it without quotes' },
  'list': { kinds: ['slice'], rule: 'must be a list', mend: 'Write each item behind "- ", on a line of its own' },
  'map': { kinds: ['map'], rule: 'must be a map', mend: 'Write its entries below it, each as key: value' },
  'text or map': { kinds: ['string', 'map'], rule: 'must be a map, or a text of JSON' },
}

/** A field of that kind, and of what is in it where more is known. Null says nothing. */
export function optionalField(kind: FieldKind, parts: Shape = {}): Shape {
  return { ...KINDS[kind], ...parts }
}

/** The same, where null is none. */
export function requiredField(kind: FieldKind): Shape {
  return { ...KINDS[kind], ifNull: `is null, and ${KINDS[kind].rule}` }
}

/** A map of fields, and of no others. @param passed fields that are not judged, and not proposed */
export function fieldsOf(noun: string, fields: Readonly<Record<string, Shape>>, passed: Readonly<Record<string, Shape>> = {}): Shape {
  const known = Object.keys(fields)
  return { ...KINDS.map, mend: `Its keys are ${known.join(', ')}`, keys: { ...fields, ...passed }, noun, known }
}

/** A text by a rule, which may be empty. Null says nothing. */
export function ruledField(rule: TextRuleName): Shape {
  const { pattern, message } = TEXT_RULES[rule]
  return { ...KINDS.text, rule: message, pattern: `^(${pattern})?$` }
}

/** The same of a label, where null is none. */
export const LABEL_VALUE: Shape = { ...ruledField('labelValue'), ifNull: `is null, and ${TEXT_RULES.labelValue.message}` }

const AMOUNT_RULE = TEXT_RULES.quantity.message
/** How much of a resource. Whether the text is a quantity, is judged by who reads it. */
export const AMOUNT: Shape = { kinds: ['string', 'float64'], rule: AMOUNT_RULE, ifNull: `is null, and ${AMOUNT_RULE}` }
