/** The pods that come and go with Helm's commands, as they are rendered. */
import { describe, expect, test } from 'vitest'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const HELM_WAITS_SECONDS = 300

interface Rendered {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly activeDeadlineSeconds?: number
    readonly selector?: Readonly<Record<string, string>>
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] }
    }
  }
}

const values = { config: { authTokenSecret: { name: 'token', key: 'token' } }, ecrRegistryHelper: { enabled: false } }
const objects = plainObjects(values, RELEASE) as unknown as Rendered[]
const hook = objects.find(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-delete')

describe('the hook of helm uninstall', () => {
  test('ends runs, then itself, before Helm gives up by its own default, so that what it says is heard', () => {
    const args = hook?.spec.template?.spec.containers[0]?.args ?? []
    const [, minutes = ''] = /^(\d+)m$/.exec(args[args.indexOf('--timeout') + 1] ?? '') ?? []
    const deadline = hook?.spec.activeDeadlineSeconds ?? Number.NaN
    expect(Number(minutes) * 60).toBeGreaterThan(0)
    // Fencing the runner off and a last look take some of it, too.
    expect(deadline - Number(minutes) * 60).toBeGreaterThanOrEqual(30)
    expect(deadline).toBeLessThan(HELM_WAITS_SECONDS)
  })

  test('has Helm show its log when it fails', () => {
    expect(hook?.metadata.annotations).toMatchObject({ 'helm.sh/hook-output-log-policy': 'hook-failed' })
  })
})

test("no pod of a hook is taken for a runner by the release's Service", () => {
  const selector = Object.entries(objects.find(({ kind }) => kind === 'Service')?.spec.selector ?? {})
  const isSelected = (labels: Readonly<Record<string, string>>): boolean => selector.every(([key, value]) => labels[key] === value)
  const hooks = objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined)
  const labelsOfPods = hooks.flatMap(({ kind, metadata, spec }) => (kind === 'Pod' ? [metadata.labels] : (spec?.template?.metadata.labels ?? [])))
  expect(labelsOfPods.length).toBeGreaterThan(1)
  expect(labelsOfPods.filter(isSelected)).toEqual([])
  const runner = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.includes('hybrid-ingestion-runner'))
  expect(isSelected(runner?.spec.template?.metadata.labels ?? {})).toBe(true)
})

test('the pods of hooks get the variables that the operator takes from Secrets for the runner', () => {
  const envFrom = [{ secretRef: { name: 'proxy' } }]
  const withSource = plainObjects({ ...values, envFrom }, RELEASE) as unknown as Rendered[]
  const pods = withSource.filter(({ metadata }) => /^(test|pre-delete)$/.test(metadata.annotations?.['helm.sh/hook'] ?? ''))
  expect(pods.length).toBe(2)
  for (const pod of pods) expect(JSON.stringify(pod)).toContain(JSON.stringify(envFrom))
})
