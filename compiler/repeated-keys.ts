const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g

interface Level {
  /** Those seen so far; undefined in a list. */
  readonly keys: Set<string> | undefined
  /** Where the reading stands: a key, or the number of an item. */
  at: string | number
  isKeyNext: boolean
}

/** Paths of the keys that an object of this JSON has already had: of two, JSON.parse drops the first without a word. */
export function repeatedKeys(json: string): (string | number)[][] {
  const levels: Level[] = []
  const repeated: (string | number)[][] = []
  for (const [token] of json.matchAll(TOKEN)) {
    const level = levels.at(-1)
    if (token === '{') levels.push({ keys: new Set(), at: '', isKeyNext: true })
    else if (token === '[') levels.push({ keys: undefined, at: 0, isKeyNext: false })
    else if (token === '}' || token === ']') levels.pop()
    else if (level === undefined) continue
    else if (token === ',') {
      if (typeof level.at === 'number') level.at += 1
      else level.isKeyNext = true
    } else if (level.keys !== undefined && level.isKeyNext) {
      level.at = String(JSON.parse(token))
      level.isKeyNext = false
      if (level.keys.has(level.at)) repeated.push(levels.map(({ at }) => at))
      level.keys.add(level.at)
    }
  }
  return repeated
}
