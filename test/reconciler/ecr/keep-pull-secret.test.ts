import { describe, expect, test } from 'vitest'
import { ClusterError } from '../../../reconciler/cluster/cluster-error.ts'
import type { PullSecrets, SecretVersion } from '../../../reconciler/cluster/pull-secrets.ts'
import { letGoOfPullSecrets, writePullSecrets } from '../../../reconciler/ecr/keep-pull-secret.ts'
import { heldAnnotation } from '../../../reconciler/ecr/pull-secret.ts'

const PLACE = { namespaces: ['collate'], secret: 'omd-registry-credentials', holder: 'a1', keptFor: 'collate/a' }
const TOKEN = { username: 'AWS', password: 'planted-token', expiresAt: '2026-01-02T03:04:05.000Z', madeFor: undefined }

const unused = (): never => {
  throw new Error('not asked for here')
}
const version = (annotations: Readonly<Record<string, string>> = {}): SecretVersion => ({ uid: 'u', resourceVersion: '1', annotations })

function secretsThat(given: Partial<PullSecrets>): PullSecrets {
  return { apply: unused, takeOff: unused, look: unused, delete: unused, ...given }
}

describe('a refresh', () => {
  test('that fails in one namespace is done in the others, and each failure names its mend', async () => {
    const written: string[] = []
    const apply: PullSecrets['apply'] = async ({ metadata: { namespace } }) => {
      await Promise.resolve()
      if (namespace === 'forbidden') throw new ClusterError('Forbidden', 'secrets is forbidden: cannot patch resource "secrets"')
      written.push(namespace)
    }
    const outcomes = await writePullSecrets(secretsThat({ apply }), { ...PLACE, namespaces: ['a', 'forbidden', 'b'] }, 'registry.corp', TOKEN)
    expect(written).toEqual(['a', 'b'])
    expect(outcomes.map(({ isGood }) => isGood)).toEqual([true, false, true])
    expect(outcomes[1]?.words).toMatch(/^namespace forbidden: refused \(Forbidden\): .*resourceNames/)
  })

  test('shows no token in its words', async () => {
    const outcomes = await writePullSecrets(secretsThat({ apply: async () => Promise.resolve() }), PLACE, 'registry.corp', TOKEN)
    expect(JSON.stringify(outcomes)).not.toContain('planted-token')
    expect(outcomes[0]?.words).toContain('valid until 2026-01-02T03:04:05.000Z')
  })
})

describe('letting go', () => {
  test('leaves a Secret that somebody has taken hold of between the look and the delete', async () => {
    const secrets = secretsThat({
      takeOff: async () => Promise.resolve(version()),
      delete: async () => Promise.reject(new ClusterError('Conflict', 'the object has been modified')),
      look: async () => Promise.resolve(version({ [heldAnnotation('b2')]: 'collate/b' })),
    })
    expect(await letGoOfPullSecrets(secrets, PLACE)).toEqual([
      { isGood: true, words: 'namespace collate: pull secret omd-registry-credentials stays: it is kept for collate/b, too' },
    ])
  })

  test('ends after a few tries where the Secret never stands still', async () => {
    const secrets = secretsThat({
      takeOff: async () => Promise.resolve(version()),
      delete: async () => Promise.reject(new ClusterError('Conflict', 'the object has been modified')),
      look: async () => Promise.resolve(version()),
    })
    expect((await letGoOfPullSecrets(secrets, PLACE))[0]).toMatchObject({ isGood: false })
  })
})
