import { describe, expect, test } from 'vitest'
import { warningsOf } from '../../constructs/chart/warnings.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const KEY = { secretRef: 'collate-key' }

interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: {
    readonly serviceAccountName: string
    readonly imagePullSecrets?: unknown
    readonly securityContext: Readonly<Record<string, unknown>>
    readonly containers: readonly [
      {
        readonly image: string
        readonly args: readonly string[]
        readonly resources: unknown
        readonly securityContext: Readonly<Record<string, unknown>>
        readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } } }[]
      },
    ]
  }
}

interface ChartObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly rules?: unknown
  readonly stringData?: unknown
  readonly spec?: {
    readonly [field: string]: unknown
    readonly selector?: unknown
    readonly template?: Pod
    readonly jobTemplate?: { readonly spec: { readonly [field: string]: unknown; readonly template: Pod } }
  }
}

const valuesWith = (ecr: { readonly [key: string]: Json }, more: { readonly [key: string]: Json } = {}): Json => ({
  config: { authTokenSecret: { name: 'a', key: 'b' } },
  ecrRegistryHelper: { collateCredentials: KEY, ...ecr },
  ...more,
})

function allObjects(values: Json): ChartObject[] {
  return plainObjects(values, RELEASE) as unknown as ChartObject[]
}

/** The refresher's own objects. */
function objectsOf(ecr: { readonly [key: string]: Json } = {}, more: { readonly [key: string]: Json } = {}): ChartObject[] {
  return allObjects(valuesWith(ecr, more)).filter(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === 'ecr-registry-helper')
}

const isHook = ({ metadata }: ChartObject): boolean => metadata.annotations?.['helm.sh/hook'] !== undefined
const podOf = ({ spec }: ChartObject): Pod | undefined => spec?.template ?? spec?.jobTemplate?.spec.template
const podsOf = (objects: readonly ChartObject[]): Pod[] => objects.flatMap((object) => podOf(object) ?? [])
const briefly = (objects: readonly ChartObject[]): string[] => objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`)

describe('the refresher of ECR credentials', () => {
  test('is all there, and all off, by one value', () => {
    expect(briefly(objectsOf().filter((one) => !isHook(one)))).toEqual([
      'ServiceAccount /omd-pull-secret-refresh',
      'Role collate/collate-prod-hybrid-ingestion-runner-ecr',
      'RoleBinding collate/collate-prod-hybrid-ingestion-runner-ecr',
      'CronJob /collate-prod-hybrid-ingestion-runner-ecr',
    ])
    expect(objectsOf({ enabled: false })).toEqual([])
  })

  test('may touch the pull secret and no other, also in the namespace of the ingestion pods', () => {
    const more = { config: { authTokenSecret: { name: 'a', key: 'b' }, ingestionPods: { namespace: 'ingestion' } } }
    const roles = objectsOf({}, more).filter(({ kind }) => kind === 'Role')
    expect(roles.map(({ metadata }) => metadata.namespace).toSorted()).toEqual([...Array(3).fill('collate'), ...Array(3).fill('ingestion')])
    const rule = { apiGroups: [''], resources: ['secrets'], resourceNames: ['omd-registry-credentials'] }
    const verbs: Readonly<Record<string, string[]>> = {
      '': ['create', 'patch', 'delete'],
      'pre-install,pre-upgrade': ['create', 'patch'],
      'pre-delete': ['patch', 'delete'],
    }
    for (const role of roles) expect(role.rules).toEqual([{ ...rule, verbs: verbs[role.metadata.annotations?.['helm.sh/hook'] ?? ''] }])
  })

  test.each<{ name: string; serviceAccount: { readonly [key: string]: Json }; account: string; hook: string }>([
    { name: 'is named', serviceAccount: { name: 'mine' }, account: 'mine', hook: 'mine-hook' },
    {
      name: 'is not named',
      serviceAccount: { name: '' },
      account: 'collate-prod-hybrid-ingestion-runner-ecr',
      hook: 'collate-prod-hybrid-ingestion-runner-ecr-hook',
    },
    {
      name: 'has null for a name',
      serviceAccount: { name: null },
      account: 'collate-prod-hybrid-ingestion-runner-ecr',
      hook: 'collate-prod-hybrid-ingestion-runner-ecr-hook',
    },
    { name: 'is neither named nor made', serviceAccount: { create: false, name: '' }, account: 'default', hook: 'default' },
  ])('has the account that the vendor would give it where it $name', ({ serviceAccount, account, hook }) => {
    const objects = objectsOf({ serviceAccount })
    const accountOf = (found: readonly ChartObject[]): string[] => podsOf(found).map(({ spec }) => spec.serviceAccountName)
    expect(accountOf(objects.filter(({ kind }) => kind === 'CronJob'))).toEqual([account])
    expect(accountOf(objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade'))).toEqual([hook])
    const told = warningsOf(scopeFor(valuesWith({ serviceAccount }), RELEASE))
    expect(told.some((line) => line.startsWith('ecrRegistryHelper.serviceAccount: '))).toBe(account === 'default')
  })

  test('has before an install all that its hook needs, account and rights first, and its Job last', () => {
    const hooks = objectsOf().filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade')
    const weights = Object.fromEntries(hooks.map(({ kind, metadata }) => [kind, Number(metadata.annotations?.['helm.sh/hook-weight'])]))
    expect(weights).toEqual({ ServiceAccount: -10, Role: -10, RoleBinding: -9, Job: -5 })
    expect(hooks.every(({ metadata }) => metadata.annotations?.['helm.sh/hook-delete-policy'] === 'before-hook-creation,hook-succeeded')).toBe(true)
    const own = new Set(
      objectsOf()
        .filter((one) => !isHook(one))
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    )
    expect(hooks.filter(({ kind, metadata }) => own.has(`${kind} ${metadata.name}`))).toEqual([])
  })

  test('has before an uninstall all that its hook needs, for an install that failed has left nothing', () => {
    const hooks = objectsOf().filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-delete')
    const weights = Object.fromEntries(hooks.map(({ kind, metadata }) => [kind, Number(metadata.annotations?.['helm.sh/hook-weight'])]))
    expect(weights).toEqual({ ServiceAccount: -10, Role: -10, RoleBinding: -9, Job: 5 })
    const account = 'collate-prod-hybrid-ingestion-runner-ecr-removal'
    expect(podsOf(hooks).map(({ spec }) => spec.serviceAccountName)).toEqual([account])
    expect(hooks.find(({ kind }) => kind === 'ServiceAccount')?.metadata.name).toBe(account)
  })

  test("waits in no pod for the secret that it makes, and uses the runner's image", () => {
    const values = valuesWith({})
    const runner = allObjects(values).find(({ kind }) => kind === 'Deployment')?.spec?.template
    for (const pod of podsOf(objectsOf())) {
      expect(pod.spec.imagePullSecrets).toBeUndefined()
      expect(pod.spec.containers[0].image).toBe(runner?.spec.containers[0].image)
      expect(pod.spec.securityContext).toEqual(runner?.spec.securityContext)
      expect(pod.spec.containers[0].securityContext).toEqual(runner?.spec.containers[0].securityContext)
    }
  })

  test('has no pod that the Deployment, the Service or the budget takes for a runner', () => {
    const objects = allObjects(
      valuesWith({}, { podDisruptionBudget: { enabled: true }, commonLabels: { 'app.kubernetes.io/instance': 'collate-prod', 'team': 'data' } }),
    )
    const selecting = objects.filter(({ kind }) => ['Deployment', 'Service', 'PodDisruptionBudget'].includes(kind))
    const selectors = selecting.map(({ spec }) => {
      const selector = spec?.selector as Readonly<Record<string, unknown>>
      return Object.entries(selector['matchLabels'] ?? selector)
    })
    const pods = podsOf(objects.filter(({ metadata }) => metadata.labels['app.kubernetes.io/component'] === 'ecr-registry-helper'))
    expect(selectors.length).toBe(3)
    expect(pods.length).toBe(3)
    for (const { metadata } of pods) {
      for (const selector of selectors) expect(selector.every(([key, value]) => metadata.labels[key] === value)).toBe(false)
      expect(metadata.labels['team']).toBe('data')
    }
  })

  test.each([
    { backoffLimit: '3', ttlSecondsAfterFinished: '60', spec: { backoffLimit: 3, ttlSecondsAfterFinished: 60 } },
    { backoffLimit: '', ttlSecondsAfterFinished: '', spec: { backoffLimit: 1 } },
  ])('takes numbers in quotes, and an empty text as none: $backoffLimit', ({ spec, ...ecr }) => {
    const objects = objectsOf(ecr)
    const found = objects.find(({ kind }) => kind === 'CronJob')?.spec?.jobTemplate?.spec
    expect(found).toMatchObject(spec)
    expect('ttlSecondsAfterFinished' in (found ?? {})).toBe('ttlSecondsAfterFinished' in spec)
    const jobs = objects.filter(({ kind }) => kind === 'Job')
    expect(jobs.map((job) => job.spec?.['ttlSecondsAfterFinished'])).toEqual(jobs.map(() => spec.ttlSecondsAfterFinished ?? 300))
  })

  test('does as the values say', () => {
    const ecr = {
      schedule: '*/30 * * * *',
      backoffLimit: 0,
      ttlSecondsAfterFinished: 60,
      endpoint: 'https://ecr.corp',
      resources: { limits: { memory: '1Gi' } },
      registry: 'r.corp',
      region: 'eu-west-1',
    }
    const cronJob = objectsOf(ecr).find(({ kind }) => kind === 'CronJob')
    expect(cronJob?.spec).toMatchObject({
      schedule: '*/30 * * * *',
      jobTemplate: { spec: { backoffLimit: 0, ttlSecondsAfterFinished: 60, activeDeadlineSeconds: 300 } },
    })
    const [container] = cronJob?.spec?.jobTemplate?.spec.template.spec.containers ?? []
    expect(container).toMatchObject({ resources: { limits: { memory: '1Gi' } } })
    expect(container?.env).toContainEqual({ name: 'AWS_ENDPOINT_URL_ECR', value: 'https://ecr.corp' })
    expect(container?.args).toEqual(expect.arrayContaining(['r.corp', '--region=eu-west-1', '--keys-from=collate-key', 'collate/collate-prod']))
  })

  test('lets a variable of the operator take the place of its own, once', () => {
    const proxy = { config: { authTokenSecret: { name: 'a', key: 'b' }, proxy: { httpsProxy: 'http://values:1' } } }
    const [pod] = podsOf(objectsOf({ extraEnvs: [{ name: 'HTTPS_PROXY', value: 'http://own:1' }] }, proxy))
    expect(pod?.spec.containers[0].env.filter(({ name }) => name === 'HTTPS_PROXY')).toEqual([{ name: 'HTTPS_PROXY', value: 'http://own:1' }])
  })

  test('uses an account that the operator brings for everything, and makes none', () => {
    const objects = objectsOf({ serviceAccount: { create: false, name: 'mine' } })
    expect(objects.filter(({ kind }) => kind === 'ServiceAccount')).toEqual([])
    expect(new Set(podsOf(objects).map(({ spec }) => spec.serviceAccountName))).toEqual(new Set(['mine']))
    expect(objects.filter(({ kind }) => kind === 'RoleBinding').length).toBe(3)
  })

  test('shares no name with a second release but the account and the secret', () => {
    const namesOf = (release: string): string[] =>
      briefly(
        (plainObjects(valuesWith({}), { ...RELEASE, name: release }) as unknown as ChartObject[]).filter(
          ({ metadata }) => metadata.labels['app.kubernetes.io/component'] === 'ecr-registry-helper',
        ),
      )
    expect(namesOf('one').filter((name) => namesOf('two').includes(name))).toEqual([
      'ServiceAccount /omd-pull-secret-refresh-hook',
      'ServiceAccount /omd-pull-secret-refresh',
    ])
  })

  test('keeps names within what Kubernetes takes for the longest of releases', () => {
    const objects = plainObjects(valuesWith({}), { ...RELEASE, name: 'r'.repeat(53) }) as unknown as ChartObject[]
    for (const { kind, metadata } of objects) expect(metadata.name.length, metadata.name).toBeLessThanOrEqual(kind === 'CronJob' ? 52 : 63)
  })
})

describe('a key in the values', () => {
  const ecr = { collateCredentials: { values: { accessKeyId: 'AKIAPLANTED', secretAccessKey: 'planted-key' } } }

  test('lies in Secrets alone, the one of the release and the one of the hook', () => {
    const objects = objectsOf(ecr)
    const [own, hook] = objects.filter(({ kind }) => kind === 'Secret').toSorted((one) => (isHook(one) ? 1 : -1))
    expect(own?.metadata.name).toBe('collate-prod-hybrid-ingestion-runner-secrets')
    expect(hook?.stringData).toEqual(own?.stringData)
    expect(JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'))).not.toMatch(/PLANTED|planted-key/)
    const used = podsOf(objects).flatMap(({ spec }) => spec.containers[0].env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []))
    expect(new Set(used)).toEqual(new Set([own?.metadata.name, hook?.metadata.name]))
  })

  test('is told to be better in a Secret', () => {
    const told = warningsOf(scopeFor(valuesWith(ecr), RELEASE))
    expect(told.filter((text) => text.startsWith('ecrRegistryHelper.'))).toEqual([expect.stringContaining('secretRef')])
  })
})

describe('values that cannot work', () => {
  test.each<{ name: string; ecr: { readonly [key: string]: Json }; path: string | undefined }>([
    { name: 'no key and no role', ecr: { collateCredentials: {} }, path: 'ecrRegistryHelper.collateCredentials' },
    { name: 'half a key', ecr: { collateCredentials: { values: { accessKeyId: 'x' } } }, path: 'ecrRegistryHelper.collateCredentials' },
    {
      name: 'half a key beside a role',
      ecr: { collateCredentials: { values: { accessKeyId: 'x' } }, serviceAccount: { annotations: { a: 'b' } } },
      path: 'ecrRegistryHelper.collateCredentials',
    },
    { name: 'two regions', ecr: { region: 'us-east-1' }, path: 'ecrRegistryHelper.region' },
    { name: 'a role by annotation', ecr: { collateCredentials: {}, serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'x' } } }, path: undefined },
    { name: "an account of the operator's", ecr: { collateCredentials: {}, serviceAccount: { create: false, name: 'mine' } }, path: undefined },
    { name: 'a mirror with any region', ecr: { registry: 'registry.corp', region: 'us-east-1' }, path: undefined },
  ])('$name', ({ ecr, path }) => {
    const problems = problemsOf(scopeFor(valuesWith(ecr), RELEASE)).map((problem) => problem.split(':')[0])
    expect(problems).toEqual(path === undefined ? [] : [path])
  })
})
