import { randomBytes } from 'node:crypto'

/** A planted secret. Whatever stands round it, its core is found wherever it comes to light. */
export interface Canary {
  readonly name: string
  readonly core: string
  readonly value: string
}

/** Secrets look like this: plain, quoted, like JSON, over lines, with letters of other scripts. */
const SHAPES: readonly ((core: string) => string)[] = [
  (core) => core,
  (core) => `p"${core}"\\`,
  (core) => `{"password":"${core}"}`,
  (core) => `-----BEGIN KEY-----\n${core}\n-----END KEY-----`,
  (core) => `pässwörd ${core} 密`,
]

/** Makes secrets, and finds them. */
export class Canaries {
  readonly #all = new Map<string, Canary>()

  /** The secret of that name, made on first sight. */
  plant(name: string): string {
    const known = this.#all.get(name)
    if (known !== undefined) return known.value
    const core = `canary${randomBytes(12).toString('hex')}`
    return this.adopt(name, SHAPES[this.#all.size % SHAPES.length]?.(core) ?? core, core)
  }

  /** Of one plain word, where a secret has to be one: tokens, passwords in an address. */
  plantWord(name: string): string {
    const core = `canary${randomBytes(12).toString('hex')}`
    return this.adopt(name, core, core)
  }

  /** A secret that somebody else has made. */
  adopt(name: string, value: string, core = value): string {
    this.#all.set(name, { name, core, value })
    return value
  }

  get count(): number {
    return this.#all.size
  }

  names(): string[] {
    return [...this.#all.keys()]
  }

  /** `<name> in <place>` for each text that holds one, as it is or within base64. */
  hitsIn(texts: ReadonlyMap<string, string>): string[] {
    const forms = [...this.#all.values()].map(({ name, core }) => ({ name, forms: [core, ...withinBase64(core)] }))
    return [...texts].flatMap(([place, text]) =>
      forms.filter(({ forms: of }) => of.some((form) => text.includes(form))).map(({ name }) => `${name} in ${place}`),
    )
  }
}

/** How a text reads in the middle of a longer one's base64, at each of the three places where it can begin; without the letters at its ends that its neighbours have a part in. */
function withinBase64(core: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${'\0'.repeat(before)}${core}`).toString('base64url')
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + core.length) * 8) / 6))
  })
}
