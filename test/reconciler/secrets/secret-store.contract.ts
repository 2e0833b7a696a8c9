/** What every store owes, on the real SDKs: in this process from the sources, and from the bundle as the init container runs it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SecretsManager } from '../../../compiler/secrets-manager.ts'
import type { SecretProblem } from '../../../compiler/secrets-report.ts'
import { INGESTION_POD } from '../../../reconciler/secrets/asker.ts'
import type { Environment } from '../../../compiler/environment.ts'
import { openStore } from '../../../reconciler/secrets/open-store.ts'
import { READ_LIMITS, type ReadLimits, readSecrets } from '../../../reconciler/secrets/read-secrets.ts'
import type { SecretStore, StoreName } from '../../../reconciler/secrets/secret-store.ts'
import { runnerProgram } from '../../scenario/runner-program.ts'
import { type Bend, BROKEN_ANSWERS } from './broken-answers.ts'
import { bundledStore } from './bundled-store.ts'

/** Who asks, and on what day. `untold`: allowed, by a pod that has asked for no token yet. */
export type State = 'allowed' | 'untold' | 'denied' | 'throttled' | 'unreachable' | 'noCredentials' | 'expiredToken'

/** A store with its server, and what this test does to them. */
export interface StoreWorld {
  readonly manager: SecretsManager
  readonly store: StoreName
  /** The variables of a pod in that state. `throttled`: the next two questions are turned away. */
  environment(state: State): Promise<Environment>
  /** Puts a value into the store, and gives its name. */
  plant(value: string | Uint8Array): Promise<string>
  /** One whose only version is switched off; absent where a store knows no such thing. */
  plantDisabled?(): Promise<string>
  readonly missingName: string
  /** No secret of the store can be called so. */
  readonly invalidName: string
  /** The most that the store takes, at most 64 KiB. */
  readonly mostBytes: number
  /** What the store takes that is no value for a password. */
  readonly refuses: readonly ('empty' | 'binary')[]
  /** Has the store, or who gives its tokens, answer otherwise. Absent where a test of the store's own does so. */
  spoil?(whose: 'store' | 'tokens', bend: Bend | undefined): void
  /** The permission, as the message of a denial must name it. */
  readonly permission: RegExp
  stop(): Promise<void>
}

/** A machine that does other work beside takes long to start a program. */
const PATIENT: ReadLimits = { ...READ_LIMITS, referenceMs: 100_000, totalMs: 100_000, backoff: { baseMs: 5, capMs: 50 } }

const VALUES: Readonly<Record<string, string>> = {
  'a plain value': 'password123',
  'every kind of character': 'pä$$wörd ☃ 密码 \u{1F511} "\\\'`${x}',
  'what looks like JSON': '{"password": "inner", "n": 1}',
  'what stands in quotes': '"quoted"',
  'blanks and line ends round it': '  two\r\nlines\n',
  'a number': '0123456789012345678901234567890',
}

/** Who gives tokens has libraries of its own, most of which try more than once; the page that quotes most is enough for them. */
const BROKEN = [...Object.keys(BROKEN_ANSWERS).map((kind) => ({ whose: 'store' as const, kind })), { whose: 'tokens' as const, kind: 'a page with status 403' }]

/** A process for each question takes its time: the bundle answers all of them only when the machine may take long. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'

/** Opens the store in one of the two ways of running it. */
type Open = (world: StoreWorld, state: State) => Promise<SecretStore>

const WAYS: readonly { readonly way: string; readonly isWhole: boolean; readonly open: Open }[] = [
  { way: 'sources', isWhole: true, open: openHere },
  { way: 'bundle', isWhole: IS_ALL, open: async ({ manager, store, environment }, state) => bundledStore(manager, store, await environment(state)) },
]

/** SDKs read the process's own variables: those of this test give way to those of the pod. */
async function openHere(world: StoreWorld, state: State): Promise<SecretStore> {
  const environment = await world.environment(state)
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
  const store = await openStore(world.manager, environment, INGESTION_POD)
  if (store === undefined) throw new Error(`no store for ${world.manager}`)
  return store
}

/** @param startWorld brings the store up; called once */
export function secretStoreContract(startWorld: () => Promise<StoreWorld>): void {
  let world: StoreWorld
  const variables = { ...process.env }
  beforeAll(async () => {
    world = await startWorld()
    await runnerProgram()
  }, 300_000)
  afterAll(async () => {
    Object.assign(process.env, variables)
    await world?.stop()
  })

  describe.each(WAYS)('$way', ({ open, isWhole }) => {
    // As in the init container, one store reads many secrets.
    let allowed: Promise<SecretStore> | undefined
    const storeIn = async (state: State): Promise<SecretStore> => (state === 'allowed' ? (allowed ??= open(world, state)) : open(world, state))
    const read = async (state: State, name: string) => {
      const [only] = await readSecrets([`secret:${name}`], await storeIn(state), { resolver: 'here', limits: PATIENT, random: () => 0.5 })
      return only?.result ?? { ok: false, error: { problem: 'other', message: 'no answer' } }
    }
    const expectTrouble = async (state: State, name: string, problem: SecretProblem): Promise<string> => {
      const result = await read(state, name)
      expect(result).toMatchObject({ ok: false, error: { problem } })
      const message = result.ok ? '' : result.error.message
      expect(message).toContain(name.length > 100 ? name.slice(0, 50) : name)
      expect(message).not.toContain(VALUES['a plain value'])
      return message
    }

    test.each(Object.keys(VALUES).filter((kind) => isWhole || kind === 'every kind of character'))('%s comes as it is', async (kind) => {
      const value = VALUES[kind] ?? ''
      expect(await read('allowed', await world.plant(value))).toEqual({ ok: true, value })
    })

    test.runIf(isWhole)('the largest value comes whole', async () => {
      const value = 'x'.repeat(world.mostBytes)
      const result = await read('allowed', await world.plant(value))
      expect(result.ok && result.value === value).toBe(true)
    })

    test('a secret that is not there is missing', async () => {
      await expectTrouble('allowed', world.missingName, 'missing')
    })

    test.runIf(isWhole)('a name that no secret can have is told as such', async () => {
      await expectTrouble('allowed', world.invalidName, 'invalid-name')
    })

    test('a secret that the account may not read is denied, with the permission that it needs', async () => {
      const message = await expectTrouble('denied', await world.plant('password123'), 'denied')
      expect(message).toMatch(world.permission)
    })

    test.runIf(isWhole)('a secret that is switched off is told as such', async ({ skip }) => {
      if (world.plantDisabled === undefined) return skip('this store switches no secret off')
      return void (await expectTrouble('allowed', await world.plantDisabled(), 'disabled'))
    })

    test.runIf(isWhole)('an empty value is none', async ({ skip }) => {
      if (world.refuses.includes('empty')) return skip('this store takes no empty value')
      return void (await expectTrouble('allowed', await world.plant(''), 'empty'))
    })

    test.runIf(isWhole)('bytes that are no text are no value', async ({ skip }) => {
      if (world.refuses.includes('binary')) return skip('this store takes texts only')
      return void (await expectTrouble('allowed', await world.plant(Uint8Array.of(0xff, 0xfe, 0x00, 0x80)), 'binary'))
    })

    test('a store that is busy is asked again until it answers', async () => {
      expect(await read('throttled', await world.plant('password123'))).toEqual({ ok: true, value: 'password123' })
    })

    test.runIf(isWhole)('a store that does not answer is unreachable', async () => {
      await expectTrouble('unreachable', await world.plant('password123'), 'unreachable')
    })

    test.runIf(isWhole).each(BROKEN)('a broken answer of the $whose is told of without a word of it: $kind', async ({ whose, kind }) => {
      if (world.spoil === undefined) return
      world.spoil(whose, BROKEN_ANSWERS[kind])
      const result = await read(whose === 'store' ? 'allowed' : 'untold', await world.plant('planted-value'))
      world.spoil(whose, undefined)
      expect(result).toMatchObject({ ok: false })
      expect(JSON.stringify(result)).not.toMatch(/planted|projected\.token|access-of/)
    })

    test('an account without credentials is told so', async () => {
      await expectTrouble('noCredentials', await world.plant('password123'), 'no-credentials')
    })

    test.runIf(isWhole)('a token that has expired is told so', async () => {
      await expectTrouble('expiredToken', await world.plant('password123'), 'expired-token')
    })
  })
}
