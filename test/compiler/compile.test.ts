import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile } from '../../compiler/compile.ts'
import { END_RECORDED_FINALIZER } from '../../compiler/labels.ts'
import { aPolicy, aPolicyFor } from './examples/policy.ts'
import { FACTS, runOf } from './examples/run.ts'
import { aMetadataRun, aRunWithManyFilters, DUMMY_TOKEN, withPipeline } from './examples/run-request.ts'

const POLICY = aPolicy()

function containerOf(pod: ReturnType<typeof runOf>['pod']) {
  const container = pod.spec?.containers[0]
  if (container === undefined) throw new Error('the pod has no container')
  return container
}

describe('the pod of a run', () => {
  test('belongs to its record and waits for its end to be recorded', () => {
    const { pod, stored } = runOf(aMetadataRun(), POLICY)
    expect(pod.metadata?.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', name: stored.name, uid: stored.uid, controller: true }])
    expect(pod.metadata?.finalizers).toEqual([END_RECORDED_FINALIZER])
  })

  test('has the attempt in its name and its label, and nothing else changes with it', () => {
    const { pod, stored } = runOf(aMetadataRun(), POLICY)
    const second = compile({ ...stored, status: { ...stored.status, attempt: 2 } }, POLICY, FACTS)
    const text = JSON.stringify(second.ok ? second.value.objects[0] : second.error)
    expect(text).toContain(`${stored.name}-2`)
    expect(text.replaceAll(`${stored.name}-2`, `${stored.name}-1`).replace('attempt":"2"', 'attempt":"1"')).toBe(JSON.stringify(pod))
  })

  test('never holds the token', () => {
    for (const request of [aMetadataRun(), aRunWithManyFilters()]) {
      const { pod, record } = runOf(request, POLICY)
      expect(JSON.stringify([pod, record])).not.toContain(DUMMY_TOKEN)
    }
  })

  test('takes a dollar in a name for a dollar, so that Kubernetes expands nothing', () => {
    const { pod } = runOf(withPipeline({ fullyQualifiedName: 'db.$(config) $$' }), POLICY)
    expect(containerOf(pod).env).toContainEqual({ name: 'ingestionPipelineFQN', value: 'db.$$(config) $$$$' })
  })

  test('lets an extra variable win over the one of the secrets manager', () => {
    const { pod } = runOf(aMetadataRun(), aPolicy({ INGESTION_EXTRA_ENVS: '[KUBERNETES_NAMESPACE:vault]' }))
    expect(containerOf(pod).env?.filter(({ name }) => name === 'KUBERNETES_NAMESPACE')).toEqual([{ name: 'KUBERNETES_NAMESPACE', value: 'vault' }])
  })

  test.each([
    { name: 'its own entry', policy: aPolicyFor('metadata', { priorityClass: 'own' }), priorityClass: 'own' },
    { name: 'the entry default', policy: aPolicyFor('default', { priorityClassName: 'general' }), priorityClass: 'general' },
    { name: 'no entry of another type', policy: aPolicyFor('profiler', { priorityClass: 'other' }), priorityClass: undefined },
  ])('follows $name', ({ policy, priorityClass }) => {
    expect(runOf(aMetadataRun(), policy).pod.spec?.priorityClassName).toBe(priorityClass)
  })
})

describe('the image', () => {
  const issuesFor = (serverVersion: string | undefined) => {
    const { stored } = runOf(aMetadataRun(), POLICY)
    const result = compile(stored, POLICY, serverVersion === undefined ? {} : { serverVersion })
    return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
  }

  test.each([undefined, '', 'unknown', '1.11'])('needs the version of the server, and %o is none', (version) => {
    expect(issuesFor(version)).toEqual(['unknownFact serverVersion'])
  })

  test('does not need it when the tag is fixed', () => {
    const { pod } = runOf(aMetadataRun(), aPolicy({ DYNAMIC_INGESTION_VERSION_ENABLED: 'false' }), {})
    expect(containerOf(pod).image).toBe('registry.example.com/collate/ingestion:om-1.11.0-cl-1.11.0')
  })

  test('does not need it, and is what was written, when a digest stands behind the tag', () => {
    const image = `registry.example.com/ingestion:1.11.0@sha256:${'0'.repeat(64)}`
    const { pod } = runOf(aMetadataRun(), aPolicy({ INGESTION_IMAGE: image }), {})
    expect(containerOf(pod).image).toBe(image)
  })

  const fixed = (environment: Readonly<Record<string, string>>, serverVersion: string) => {
    const policy = aPolicy({ DYNAMIC_INGESTION_VERSION_ENABLED: 'false', ...environment })
    const result = compile(runOf(aMetadataRun(), POLICY).stored, policy, { serverVersion })
    return result.ok ? [] : result.error.map(({ code, path }) => `${code} ${path}`)
  }

  test('of a fixed tag must be of the minor version of the server', () => {
    expect(fixed({}, '1.11.9')).toEqual([])
    expect(fixed({}, '1.12.0')).toEqual(['invalid INGESTION_IMAGE'])
    expect(fixed({}, '2.11.0')).toEqual(['invalid INGESTION_IMAGE'])
  })

  test('may be of any version where nobody asks, or its tag says nothing of it', () => {
    expect(fixed({ INGESTION_DISABLE_VERSION_VALIDATION: 'true' }, '1.12.0')).toEqual([])
    expect(fixed({ INGESTION_IMAGE: 'registry.example.com/ingestion:my-tag' }, '1.12.0')).toEqual([])
    expect(fixed({ INGESTION_IMAGE: `registry.example.com/ingestion@sha256:${'0'.repeat(64)}` }, '1.12.0')).toEqual([])
  })

  test.each(['1.11.1', '1.11.1-SNAPSHOT', 'v1.11.1'])('finds x.y.z in %s', (serverVersion) => {
    expect(containerOf(runOf(aMetadataRun(), POLICY, { serverVersion }).pod).image).toBe('registry.example.com/collate/ingestion:om-1.11.1-cl-1.11.1')
  })

  test('keeps the port of a registry apart from the tag', () => {
    const policy = aPolicy({ INGESTION_IMAGE: 'registry.example.com:5000/ingestion:old' })
    expect(containerOf(runOf(aMetadataRun(), policy).pod).image).toBe('registry.example.com:5000/ingestion:om-1.11.1-cl-1.11.1')
  })
})

const hasPython = spawnSync('python3', ['--version']).status === 0

describe.runIf(hasPython)('the command of a large payload', () => {
  test('hands the file to the entry point as the variable, and runs it as the main program with its exit code', () => {
    const { pod, payload } = runOf(aRunWithManyFilters(), POLICY)
    const [, , script = ''] = containerOf(pod).command ?? []
    const folder = mkdtempSync(join(tmpdir(), 'payload-'))
    try {
      writeFileSync(join(folder, 'config'), payload.content)
      writeFileSync(join(folder, 'beside.py'), 'WORD = "found"\n')
      writeFileSync(
        join(folder, 'main.py'),
        'import hashlib, os, sys, beside\nif __name__ == "__main__":\n    print(hashlib.sha256(os.environ["config"].encode()).hexdigest(), beside.WORD, sys.argv)\n    sys.exit(3)\n',
      )
      const run = spawnSync('python3', ['-c', script.replace('/etc/hybrid-runner/payload', folder)], { cwd: folder, encoding: 'utf8' })
      expect(run.stdout.trim()).toBe(`${payload.digest} found ['main.py']`)
      expect(run.status).toBe(3)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('is needed, for the system refuses so large a variable', () => {
    const { payload } = runOf(aRunWithManyFilters(), POLICY)
    expect(() => execFileSync('python3', ['-c', ''], { env: { ...process.env, config: payload.content } })).toThrow(/E2BIG/)
  })
})
