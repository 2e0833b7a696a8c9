import { z } from 'zod'

/** The source of a regular expression. */
export const patternSource = z.string().refine(isPattern, { error: 'is not a regular expression' })

/** Which REST calls are meant; every part that is given must fit. */
const restMatch = z.strictObject({
  method: z.string().optional(),
  /** Against path and query as they came, still encoded. */
  path: patternSource.optional(),
  body: patternSource.optional(),
  /** The name of the token. */
  token: z.string().optional(),
})
export type RestMatch = z.infer<typeof restMatch>

const errorStatus = z.number().int().min(400).max(599)
const retryAfterSeconds = z.number().int().nonnegative().optional()
/** How often; without it until told to behave. */
const times = z.number().int().positive().optional()
const match = restMatch.default({})

/** What the server can be told to do wrong. */
export const misbehaviour = z.discriminatedUnion('kind', [
  // The link.
  z.strictObject({ kind: z.literal('refuseHandshakes'), status: errorStatus, retryAfterSeconds, times }),
  /** A request goes out whole, then the socket is cut and no answer is read. */
  z.strictObject({ kind: z.literal('cutAfterRequest'), method: z.string().optional(), times }),
  z.strictObject({ kind: z.literal('ignoreHello'), times }),
  z.strictObject({ kind: z.literal('ignoreHeartbeats'), times }),
  // REST. All that fit are applied, in the order delay, loseRequest, answerRest, hold, loseAnswer.
  z.strictObject({ kind: z.literal('delayRest'), delayMs: z.number().int().positive(), match, times }),
  /** The connection is destroyed before any work is done. */
  z.strictObject({ kind: z.literal('loseRequest'), match, times }),
  /** Nothing is done; `body` takes the place of OpenMetadata's error JSON, as a proxy's page would. */
  z.strictObject({ kind: z.literal('answerRest'), status: errorStatus, retryAfterSeconds, body: z.string().optional(), match, times }),
  /** The call hangs until released: before its work is done, or after it and before the answer. */
  z.strictObject({ kind: z.literal('hold'), at: z.enum(['beforeWork', 'beforeAnswer']).default('beforeWork'), match, times }),
  /** The work is done, then the connection is destroyed. */
  z.strictObject({ kind: z.literal('loseAnswer'), match, times }),
])
type Misbehaviour = z.output<typeof misbehaviour>
export type MisbehaviourKind = Misbehaviour['kind']
type Of<Kind extends MisbehaviourKind> = Extract<Misbehaviour, { kind: Kind }>

/** A REST call that hangs. */
export interface HeldCall {
  readonly rule: number
  readonly seq: number
  readonly method: string
  readonly path: string
}

export interface Misbehaviours {
  add(wanted: Misbehaviour): number
  /** Ends one, or all, and lets go of the calls it holds. */
  end(id?: number): void
  /** The first of its kind that fits, counted as used. */
  take<Kind extends MisbehaviourKind>(kind: Kind, fits?: (wanted: Of<Kind>) => boolean): { id: number; wanted: Of<Kind> } | undefined
  /** Resolves when the rule ends. */
  hold(call: HeldCall): Promise<void>
  held(rule: number): readonly HeldCall[]
}

interface Rule {
  readonly id: number
  readonly wanted: Misbehaviour
  left: number
}

export function createMisbehaviours(changed: () => void): Misbehaviours {
  const rules: Rule[] = []
  const held: { readonly call: HeldCall; readonly letGo: () => void }[] = []
  let lastId = 0

  return {
    add: (wanted) => {
      rules.push({ id: ++lastId, wanted, left: wanted.times ?? Infinity })
      return lastId
    },
    end: (id) => {
      const isMeant = (ruleId: number): boolean => id === undefined || ruleId === id
      for (const rule of rules.filter((one) => isMeant(one.id))) rules.splice(rules.indexOf(rule), 1)
      for (const one of held.filter((any) => isMeant(any.call.rule))) {
        held.splice(held.indexOf(one), 1)
        one.letGo()
      }
    },
    take: <Kind extends MisbehaviourKind>(kind: Kind, fits: (wanted: Of<Kind>) => boolean = () => true) => {
      for (const rule of rules) {
        if (!isOfKind(rule.wanted, kind) || !fits(rule.wanted)) continue
        if (--rule.left <= 0) rules.splice(rules.indexOf(rule), 1)
        return { id: rule.id, wanted: rule.wanted }
      }
      return undefined
    },
    hold: (call) =>
      new Promise((letGo) => {
        held.push({ call, letGo })
        changed()
      }),
    held: (rule) => held.map((one) => one.call).filter((call) => call.rule === rule),
  }
}

function isOfKind<Kind extends MisbehaviourKind>(wanted: Misbehaviour, kind: Kind): wanted is Of<Kind> {
  return wanted.kind === kind
}

/** Whether a REST call is meant by `match`. */
export function fitsMatch(match: RestMatch, call: { method: string; path: string; body: string; token: string | null }): boolean {
  return (
    (match.method ?? call.method) === call.method &&
    (match.token ?? call.token) === call.token &&
    new RegExp(match.path ?? '').test(call.path) &&
    new RegExp(match.body ?? '').test(call.body)
  )
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}
