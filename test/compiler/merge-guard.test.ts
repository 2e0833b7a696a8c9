import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { guardIssues } from '../../compiler/merge/merge-guard.ts'
import type { GuardedPod } from '../../compiler/merge/merge-guard.ts'
import { strategicMerge } from '../../compiler/merge/strategic-merge.ts'
import { GUARDED, HARMLESS, LOOSENING, TOUCHING } from './merge-guard-examples.ts'

const BEFORE: GuardedPod = GUARDED

function afterMerge(patch: object): GuardedPod {
  const merged = strategicMerge('PodSpec', GUARDED.spec as object, patch, { original: 'pod', patch: 'patch' })
  if (!merged.ok) throw new Error(JSON.stringify(merged.error))
  return { metadata: GUARDED.metadata, spec: merged.value as NonNullable<GuardedPod['spec']> }
}

function pathsOf(after: GuardedPod): string[] {
  return guardIssues(BEFORE, after).map(({ path }) => path)
}

describe('the guard', () => {
  test.each(HARMLESS)('lets through %j', (patch) => {
    expect(pathsOf(afterMerge(patch))).toEqual([])
  })

  test.each([...LOOSENING, ...TOUCHING])('stops %j', (patch, paths) => {
    expect(pathsOf(afterMerge(patch))).toEqual(paths)
  })

  test.each<[string, GuardedPod['metadata'], string]>([
    ['a label', { ...GUARDED.metadata, labels: {} }, 'metadata.labels["hybrid-runner.collate.io/record"]'],
    ['an annotation', { ...GUARDED.metadata, annotations: {} }, 'metadata.annotations["hybrid-runner.collate.io/pipeline-name"]'],
    ['a finalizer', { ...GUARDED.metadata, finalizers: ['other/one'] }, 'metadata.finalizers'],
    ['the owner', { ...GUARDED.metadata, ownerReferences: [] }, 'metadata.ownerReferences'],
    ['the name', { ...GUARDED.metadata, name: 'other' }, 'metadata.name'],
    ['the namespace', { ...GUARDED.metadata, namespace: 'other' }, 'metadata.namespace'],
  ])('keeps %s', (_, metadata, path) => {
    expect(pathsOf({ ...BEFORE, ...(metadata === undefined ? {} : { metadata }) })).toEqual([path])
  })

  test('lets labels, annotations and finalizers come', () => {
    const { metadata } = GUARDED
    const more = { labels: { ...metadata.labels, a: 'b' }, annotations: { ...metadata.annotations, a: 'b' }, finalizers: ['a/b', ...metadata.finalizers] }
    expect(pathsOf({ ...BEFORE, metadata: { ...metadata, ...more } })).toEqual([])
  })

  test('says what to do instead', () => {
    expect(guardIssues(BEFORE, afterMerge({ serviceAccountName: 'other' }))).toEqual([
      {
        code: 'notSupported',
        path: 'spec.serviceAccountName',
        message: 'is set by INGESTION_SERVICE_ACCOUNT_NAME; set it there and take it out of the merge',
      },
    ])
  })
})

describe('any merge', () => {
  const pieces = [...HARMLESS, ...LOOSENING.map(([patch]) => patch), ...TOUCHING.map(([patch]) => patch)]
  const patches = fc.array(fc.constantFrom(...pieces), { maxLength: 5 })

  test('is stopped, or all guarantees still hold', () => {
    let stopped = 0
    let passed = 0
    fc.assert(
      fc.property(patches, (patches) => {
        const after = patches.reduce<GuardedPod>((pod, patch) => {
          const merged = strategicMerge('PodSpec', (pod.spec ?? {}) as object, patch, { original: 'pod', patch: 'patch' })
          return merged.ok ? { ...pod, spec: merged.value as NonNullable<GuardedPod['spec']> } : pod
        }, BEFORE)
        if (pathsOf(after).length > 0) {
          stopped += 1
          return
        }
        passed += 1
        expectGuarantees(after)
      }),
      { numRuns: 3000 },
    )
    expect(stopped).toBeGreaterThan(100)
    expect(passed).toBeGreaterThan(100)
  })
})

/** The guarantees, said once more and in other words. */
function expectGuarantees({ metadata, spec }: GuardedPod): void {
  const text = JSON.stringify(spec)
  expect(text).not.toMatch(
    /hostPath|"nfs"|"(?:privileged|hostNetwork|hostPID|hostIPC|hostProcess|allowPrivilegeEscalation)":true|Unconfined|"runAsUser":0[,}]|"runAsNonRoot":false|SYS_ADMIN|hostPort/,
  )
  const main = spec?.containers.find(({ name }) => name === 'main')
  const [own] = GUARDED.spec.containers
  expect(main).toMatchObject({ command: own?.command, securityContext: { allowPrivilegeEscalation: false } })
  expect(main?.env).toEqual(expect.arrayContaining(own?.env ?? []))
  expect(main?.volumeMounts).toContainEqual({ name: 'payload', mountPath: '/etc/payload', readOnly: true })
  expect(spec?.volumes).toContainEqual({ name: 'payload', secret: { secretName: 'run' } })
  expect(spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: 'ingestion' })
  expect(metadata).toEqual(GUARDED.metadata)
  for (const { securityContext } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]) {
    expect(securityContext?.capabilities?.drop).toContain('ALL')
    expect(securityContext?.runAsNonRoot ?? spec?.securityContext?.runAsNonRoot).toBe(true)
    expect(securityContext?.seccompProfile ?? spec?.securityContext?.seccompProfile).toBeDefined()
  }
}
