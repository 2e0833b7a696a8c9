import { rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tokenFromStore } from '../../../reconciler/link/token-from-store.ts'
import { loadToken } from '../../../reconciler/link/token.ts'
import { loadExtraCas } from '../../../reconciler/network/extra-cas.ts'
import { keepFresh, type Rereadable } from '../../../reconciler/network/keep-fresh.ts'
import { must } from '../../compiler/examples/must.ts'
import { createAuthority } from '../../network/certificate-authority.ts'
import { type MountedSecret, mountSecret } from '../../network/mounted-secret.ts'
import { Changes } from '../../support/changes.ts'

let secret: MountedSecret
let told: string[]
let changes: Changes
let stop: () => void
beforeEach(() => {
  told = []
  changes = new Changes()
  stop = () => undefined
})
afterEach(async () => {
  stop()
  await secret.remove()
})

function keep(...sources: readonly Rereadable[]): void {
  const tell = (line: string): void => {
    told.push(line)
    changes.notify()
  }
  stop = keepFresh(sources, {
    intervalMs: 5,
    onChange: ({ name }) => tell(`changed ${name}`),
    onTrouble: ({ name }, error) => tell(`${name}: ${error.message}`),
  })
}

async function untilTold(count: number): Promise<void> {
  await changes.until(() => told.length >= count)
}

describe('a token in a mounted Secret', () => {
  test('is used from the moment it was swapped, and the old one stays known for the log', async () => {
    secret = await mountSecret({ token: 'first-token' })
    const token = must(await loadToken({ value: undefined, file: secret.pathOf('token') }, tokenFromStore({})))
    keep(token)
    await secret.update({ token: 'second-token\n' })
    await untilTold(1)
    expect(told).toEqual(['changed AUTH_TOKEN_FILE'])
    expect(token.current()).toBe('second-token')
    expect(token.known()).toEqual(['first-token', 'second-token'])
  })

  test('that cannot be read for a while is told once, and read when it is back', async () => {
    secret = await mountSecret({ token: 'first-token' })
    const file = secret.pathOf('token')
    const token = must(await loadToken({ value: undefined, file }, tokenFromStore({})))
    let looks = 0
    const counted: Rereadable = { name: token.name, reread: async () => (looks++, changes.notify(), token.reread()) }
    await rm(file)
    keep(counted)
    await changes.until(() => looks >= 5)
    expect(told).toEqual([expect.stringContaining('ENOENT')])
    expect(token.current()).toBe('first-token')
    await writeFile(file, 'third-token')
    await untilTold(2)
    expect(token.current()).toBe('third-token')
  })
})

describe('a bundle of CAs in a mounted Secret', () => {
  test('is trusted from the moment it was swapped; one that is broken changes nothing', async () => {
    const authority = await createAuthority()
    secret = await mountSecret({ ca: `# a comment\n${authority.certificate}` })
    const extraCas = must(await loadExtraCas([{ variable: 'EXTRA_CA_FILE', path: secret.pathOf('ca') }]))
    const [first] = extraCas.current()
    expect(`${first}\n`).toBe(authority.certificate)
    const next = await createAuthority('next')
    keep(extraCas)
    await secret.update({ ca: 'no certificate' })
    await untilTold(1)
    expect(told).toEqual([expect.stringContaining('EXTRA_CA_FILE: the file it names holds no certificate')])
    expect(extraCas.current()).toEqual([first])
    await secret.update({ ca: authority.certificate + next.certificate })
    await untilTold(2)
    expect(extraCas.current().join('\n')).toBe((authority.certificate + next.certificate).trim())
    await Promise.all([authority.remove(), next.remove()])
  })

  test('that is not there, empty or broken at the start is a problem of the start', async () => {
    secret = await mountSecret({ empty: '', broken: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' })
    const loaded = await loadExtraCas(['none', 'empty', 'broken'].map((key) => ({ variable: `CA_${key}`, path: secret.pathOf(key) })))
    expect(loaded).toMatchObject({
      ok: false,
      error: [
        { path: 'CA_none', message: expect.stringContaining('ENOENT') },
        { path: 'CA_empty', message: expect.stringContaining('holds no certificate') },
        { path: 'CA_broken', message: expect.stringContaining('block 1') },
      ],
    })
  })
})
