/** The pods that come and go with Helm's commands, as they are rendered. */
import { describe, expect, test } from 'vitest'
import { UNINSTALL_PERMISSIONS } from '../../compiler/permissions.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const HELM_WAITS_SECONDS = 300

interface PodSpec {
  readonly serviceAccountName: string
  readonly containers: readonly { readonly args: readonly string[]; readonly env: readonly { readonly name: string; readonly value?: string }[] }[]
  readonly volumes?: readonly object[]
}

interface Rendered {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
  readonly rules?: readonly object[]
  readonly subjects?: readonly { readonly name: string }[]
  readonly spec: {
    readonly activeDeadlineSeconds?: number
    readonly selector?: Readonly<Record<string, string>>
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: PodSpec
    }
  }
}

const values = { config: { authTokenSecret: { name: 'token', key: 'token' } }, ecrRegistryHelper: { enabled: false } }
const objects = plainObjects(values, RELEASE) as unknown as Rendered[]
const hook = uninstallJob(objects)

function ofHook(hookName: string, among: readonly Rendered[]): Rendered[] {
  return among.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === hookName)
}

function uninstallJob(among: readonly Rendered[]): Rendered | undefined {
  return ofHook('pre-delete', among).find(({ kind, metadata }) => kind === 'Job' && metadata.name.endsWith('-uninstall'))
}

const withValues = (more: Json): Rendered[] => plainObjects({ ...values, ...(more as object) }, RELEASE) as unknown as Rendered[]

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

  test('needs nothing of the release, of which a failed install has made only some: its account and rights come before it, and go with it', () => {
    const account = 'collate-prod-hybrid-ingestion-runner-uninstall'
    const inOrder = ofHook('pre-delete', objects).toSorted((one, other) => weightOf(one) - weightOf(other))
    expect(inOrder.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      `ServiceAccount ${account}`,
      `Role ${account}`,
      `RoleBinding ${account}`,
      `Job ${account}`,
    ])
    expect(inOrder.map(weightOf)).toEqual([-10, -10, -9, 0])
    for (const { metadata } of inOrder) expect(metadata.annotations?.['helm.sh/hook-delete-policy']).toBe('before-hook-creation,hook-succeeded')
    expect(inOrder.find(({ kind }) => kind === 'Role')?.rules).toEqual(UNINSTALL_PERMISSIONS)
    expect(hook?.spec.template?.spec).toMatchObject({ serviceAccountName: account, automountServiceAccountToken: true })
    expect(hook?.spec.template?.spec.volumes).toBeUndefined()
    expect(hook?.spec.template?.spec.containers[0]).not.toHaveProperty('envFrom')
  })

  test('runs as the account that the operator brings, which is there whatever became of the release, and gives it the rights', () => {
    const brought = withValues({ serviceAccount: { create: false, name: 'agent' } })
    expect(uninstallJob(brought)?.spec.template?.spec.serviceAccountName).toBe('agent')
    expect(ofHook('pre-delete', brought).map(({ kind, subjects }) => ({ kind, account: subjects?.[0]?.name }))).toEqual([
      { kind: 'Role', account: undefined },
      { kind: 'RoleBinding', account: 'agent' },
      { kind: 'Job', account: undefined },
    ])
  })

  test('gets the variables that uninstall reads and no other, which could be of a Secret that is gone', () => {
    const fromSecret = { name: 'MY_PASSWORD', valueFrom: { secretKeyRef: { name: 'gone', key: 'password' } } }
    const variables = (more: Json): unknown => uninstallJob(withValues(more))?.spec.template?.spec.containers[0]?.env
    const own = [
      { name: 'AGENT_ID', value: 'RemoteRunner' },
      { name: 'INGESTION_NAMESPACE', value: 'collate' },
    ]
    expect(variables({ extraEnvs: [fromSecret] })).toEqual(own)
    const theirs = [{ name: 'AGENT_ID', value: 'theirs' }, fromSecret]
    expect(variables({ extraEnvs: theirs })).toEqual([own[1], ...theirs])
  })

  test("names the release's Deployment, so that another release of the same agent id is left alone", () => {
    const deployment = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('hybrid-ingestion-runner'))?.metadata.name
    const args = hook?.spec.template?.spec.containers[0]?.args ?? []
    expect(args[args.indexOf('--deployment') + 1]).toBe(deployment)
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

test('the pod of helm test gets the variables that the operator takes from Secrets for the runner', () => {
  const envFrom = [{ secretRef: { name: 'proxy' } }]
  const pods = ofHook('test', withValues({ envFrom }))
  expect(pods.length).toBe(1)
  expect(JSON.stringify(pods)).toContain(JSON.stringify(envFrom))
})

test("the pod of helm test starts without the token's Secret, too, to say that it is missing; the runner's waits for it", () => {
  const optional = [
    { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'token', optional: true } } },
    { name: 'auth-token', secret: expect.objectContaining({ secretName: 'token', optional: true }) },
  ]
  const podOf = (object: Rendered | undefined): PodSpec | undefined => object?.spec.template?.spec ?? (object?.spec as unknown as PodSpec)
  const ofToken = (spec: PodSpec | undefined): unknown[] => [
    ...(spec?.containers[0]?.env ?? []).filter(({ name }) => name === 'AUTH_TOKEN'),
    ...(spec?.volumes ?? []).filter((volume) => 'name' in volume && volume.name === 'auth-token'),
  ]
  expect(ofToken(podOf(ofHook('test', objects)[0]))).toEqual(optional)
  const runner = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('hybrid-ingestion-runner'))
  expect(JSON.stringify(ofToken(podOf(runner)))).not.toContain('optional')
  expect(ofToken(podOf(runner))).toHaveLength(2)
})

function weightOf({ metadata }: Rendered): number {
  return Number(metadata.annotations?.['helm.sh/hook-weight'] ?? 0)
}
