export interface BracketList {
  /** `NAME:value`, each. */
  readonly items: readonly string[]
  /** One sentence for each comma that could be meant otherwise; none holds anything of the text. */
  readonly doubts: readonly string[]
}

/** The habit of environment variables. */
const CAPITALS = /^[A-Z_][A-Z0-9_]*$/
/** Any name that a variable may have, with its colon, and what follows. */
const MAY_BEGIN = /^\s*([A-Za-z_][A-Za-z0-9_.-]*):(.*)$/s
const PORT = /^\d{1,5}(?:\/.*)?\s*$/s
const ENDS_IN_PORT = /:\d{1,5}(?:\/[^,]*)?\s*$/

/**
 * Splits `[NAME:value,OTHER:value]`, whose values may hold commas and colons of their own.
 *
 * After a comma a new variable begins with a name in capitals and its colon, but not before `//` (`http://a,http://b`). Another name
 * (`a`, `a.b`, `a-b`) begins one only where the first variable has such a name, too, the value before has no colon, and no port
 * follows. Everything else goes on with the value (`a:9092,b:9092`). What may be meant otherwise is told.
 */
export function bracketList(text: string): BracketList {
  const trimmed = text.trim()
  const inner = trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1) : trimmed
  if (inner.trim() === '') return { items: [], doubts: [] }
  const [first = '', ...parts] = inner.split(',')
  const isInCapitals = CAPITALS.test(MAY_BEGIN.exec(first)?.[1] ?? '')
  const items = [first]
  const doubts: string[] = []
  for (const [index, part] of parts.entries()) {
    const before = items.at(-1) ?? ''
    const { begins, isDoubtful } = judge(part, before, isInCapitals)
    if (begins) items.push(part)
    else items[items.length - 1] = `${before},${part}`
    if (isDoubtful) doubts.push(doubt(index + 1, parts.length, begins))
  }
  return { items: items.map((item) => item.trim()), doubts }
}

function judge(part: string, before: string, isInCapitals: boolean): { readonly begins: boolean; readonly isDoubtful: boolean } {
  const [, name, rest = ''] = MAY_BEGIN.exec(part) ?? []
  if (name === undefined) return { begins: false, isDoubtful: false }
  const hasCapitals = CAPITALS.test(name)
  if (rest.startsWith('//')) return { begins: false, isDoubtful: hasCapitals }
  if (hasCapitals) return { begins: true, isDoubtful: PORT.test(rest) && ENDS_IN_PORT.test(valueOf(before)) }
  return { begins: !isInCapitals && !valueOf(before).includes(':') && !PORT.test(rest), isDoubtful: true }
}

/** With a colon in front where there is another in the value. */
function valueOf(item: string): string {
  return item.slice(item.indexOf(':') + 1)
}

function doubt(comma: number, commas: number, begins: boolean): string {
  const reading = begins ? 'a new variable begins there' : 'it belongs to the value before it'
  return `comma ${comma} of ${commas} can be read in two ways, and is taken so: ${reading}; give the variables as JSON, {"NAME": "value"}, which leaves no doubt`
}
