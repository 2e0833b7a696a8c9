import { describe, expect, test } from 'vitest'
import { chartTemplates } from '../../constructs/chart-templates.ts'
import { CHECKS } from '../../constructs/chart/checks.ts'
import { warnings } from '../../constructs/chart/warnings.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { nodesBelow } from '../../constructs/tree/nodes-below.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { type Described, describe as described } from '../../constructs/values/described.ts'
import { value } from '../../constructs/values/value.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'argo-workflows', version: '1.2.3' }
const NEEDED = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }

interface KubernetesObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> }
  readonly spec?: {
    readonly template?: { readonly spec: { readonly containers: readonly [{ readonly env: readonly { readonly name: string; readonly value?: string }[] }] } }
  }
}

const objectsOf = (values: Json): KubernetesObject[] => plainObjects(values, RELEASE) as unknown as KubernetesObject[]

function environmentOf(values: Json): Map<string, string | undefined> {
  const deployment = objectsOf(values).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.startsWith('collate-prod'))
  const env = deployment?.spec?.template?.spec.containers[0].env ?? []
  expect(new Set(env.map(({ name }) => name)).size, 'each name stands once').toBe(env.length)
  return new Map(env.map(({ name, value }) => [name, value]))
}

function leavesOf(parts: readonly Described[]): Described[] {
  return parts.flatMap((part) => (part.parts === undefined ? [part] : leavesOf(part.parts)))
}

describe('the values', () => {
  /** Read by nobody, on purpose; and those of a part that is not made yet would stand here. */
  const UNREAD = ['global']

  test('are all read by a template, a check or a warning', () => {
    const read = new Set(nodesBelow([chartTemplates(), CHECKS, warnings()], 'value').map(({ path }) => path.join('.')))
    const isRead = (path: string): boolean => [...read].some((one) => one === path || path.startsWith(`${one}.`))
    const unread = leavesOf(described(chartValues))
      .map(({ path }) => path.join('.'))
      .filter((path) => !isRead(path))
    expect(unread).toEqual(UNREAD)
  })

  test('have no other path than the schema knows, which is an error of types', () => {
    // @ts-expect-error: there is no such value.
    expect(value('config.agentID')).toEqual({ kind: 'value', path: ['config', 'agentID'] })
    // @ts-expect-error: what a map of any keys holds has no path.
    expect(value('commonLabels.team')).toEqual({ kind: 'value', path: ['commonLabels', 'team'] })
  })

  test('each say what they mean', () => {
    const silent = leavesOf(described(chartValues)).filter(({ description }) => !/^[A-Z`].*\.$/s.test(description))
    expect(silent.map(({ path }) => path.join('.'))).toEqual([])
  })
})

test.each(['PrometheusRule', 'ServiceMonitor'])("the %s has the labels by which an operator's Prometheus finds it, beside the chart's own", (kind) => {
  const labels = { release: 'kube-prometheus-stack', team: 'data' }
  const on = { enabled: true, labels }
  const found = objectsOf({ ...NEEDED, commonLabels: { team: 'all' }, prometheusRules: on, serviceMonitor: on }).find((one) => one.kind === kind)
  expect(found?.metadata.labels).toMatchObject({ ...labels, 'app.kubernetes.io/instance': 'collate-prod' })
})

describe('a version', () => {
  const deploymentOf = (version: string) => {
    const objects = plainObjects(NEEDED, { ...RELEASE, version }) as unknown as KubernetesObject[]
    return objects.find(({ kind }) => kind === 'Deployment')
  }

  test.each([
    { version: '1.2.3', label: '1.2.3', chart: 'hybrid-ingestion-runner-1.2.3' },
    { version: '1.2.3+acme.1', label: '1.2.3_acme.1', chart: 'hybrid-ingestion-runner-1.2.3_acme.1' },
    {
      version: `1.2.3+${'0123456789'.repeat(7)}`,
      label: `1.2.3_${'0123456789'.repeat(6).slice(0, 57)}`,
      chart: `hybrid-ingestion-runner-1.2.3_${'0123456789'.repeat(4).slice(0, 33)}`,
    },
    { version: `1.2.3+${'a'.repeat(32)}-.--b`, label: `1.2.3_${'a'.repeat(32)}-.--b`, chart: `hybrid-ingestion-runner-1.2.3_${'a'.repeat(32)}` },
  ])('is a label that Kubernetes takes, and a tag: $version', ({ version, label, chart }) => {
    const deployment = deploymentOf(version)
    expect(deployment?.metadata.labels).toMatchObject({ 'app.kubernetes.io/version': label, 'helm.sh/chart': chart })
    expect(Math.max(label.length, chart.length)).toBeLessThan(64)
    expect(deployment?.spec?.template?.spec.containers[0]).toHaveProperty('image', expect.stringMatching(/:1\.2\.3(_[\w.-]+)?$/))
    expect(JSON.stringify(deployment)).not.toContain('1.2.3+')
  })
})

describe("the runner's environment", () => {
  test('has the names and values of the vendor for a values file of his', () => {
    const environment = environmentOf({
      ...NEEDED,
      config: {
        agentId: 'aws-prod',
        authToken: 'x',
        serverHost: 'acme.getcollate.io',
        secretsManager: 'managed-aws',
        ingestionPods: { extraEnvs: ['A:1', 'B:2'] },
      },
    })
    expect(Object.fromEntries(environment)).toMatchObject({
      AGENT_ID: 'aws-prod',
      SERVER_URL: 'wss://acme.getcollate.io',
      SERVER_HOST_API_URL: 'https://acme.getcollate.io/api',
      SECRETS_MANAGER: 'managed-aws',
      EXECUTOR_TYPE: 'simpleK8s',
      INGESTION_NAMESPACE: 'argo-workflows',
      INGESTION_EXTRA_ENVS: '[A:1,B:2]',
      INGESTION_IMAGE_PULL_SECRETS: 'omd-registry-credentials',
      INGESTION_CPU_LIMIT: '1000m',
      INGESTION_AUTOMATION_WORKFLOW_MEMORY_LIMIT: '512Mi',
    })
  })

  test('passes false and zero on, which are values too', () => {
    const config = {
      authToken: 'x',
      dynamicIngestionVersionEnabled: false,
      argoWorkflows: { secondsAfterCompletionTTL: 0 },
      ingestionPods: { automountSAToken: false },
    }
    const environment = environmentOf({ ...NEEDED, config })
    expect(environment.get('DYNAMIC_INGESTION_VERSION_ENABLED')).toBe('false')
    expect(environment.get('ARGO_SECONDS_AFTER_COMPLETION_TTL')).toBe('0')
    expect(environment.get('INGESTION_AUTOMOUNT_SA_TOKEN')).toBe('false')
  })

  test("lets a variable of the operator take the place of the chart's own, once", () => {
    const environment = environmentOf({
      ...NEEDED,
      extraEnvs: [
        { name: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', value: '{}' },
        { name: 'METRICS_SERVER_PORT', value: '9000' },
      ],
    })
    expect(environment.get('SIMPLEK8S_PIPELINE_TYPE_CONFIGS')).toBe('{}')
    expect(environment.get('METRICS_SERVER_PORT')).toBe('9000')
    const text = JSON.stringify(objectsOf({ ...NEEDED, extraEnvs: [{ name: 'METRICS_SERVER_PORT', value: '9000' }] }))
    expect(text).toContain('"containerPort":9000')
  })

  test('stands beside numbers that are numbers to Kubernetes, though the values have them in quotes', () => {
    const objects = objectsOf({ ...NEEDED, replicaCount: '2', service: { port: '8080', metricsPort: '9090' } }) as unknown as readonly {
      kind: string
      spec?: object
    }[]
    const specOf = (wanted: string): object | undefined => objects.find(({ kind }) => kind === wanted)?.spec
    expect(specOf('Deployment')).toMatchObject({ replicas: 2 })
    expect(specOf('Service')).toMatchObject({ ports: [{ port: 8080 }, { port: 9090 }] })
  })

  test('of the health server names its port for the container and for the network policy', () => {
    const text = JSON.stringify(objectsOf({ ...NEEDED, networkPolicy: { enabled: true }, extraEnvs: [{ name: 'APP_SERVER_PORT', value: '9001' }] }))
    expect(text).toContain('"containerPort":9001')
    expect(text).toContain('"port":9001')
    expect(text).not.toContain('"containerPort":8585')
  })

  test('of the server has no slash too many', () => {
    for (const serverHost of ['acme.corp', 'acme.corp/', 'acme.corp//']) {
      const environment = environmentOf({ ...NEEDED, config: { authToken: 'x', serverHost } })
      expect([environment.get('SERVER_URL'), environment.get('SERVER_HOST_API_URL')]).toEqual(['wss://acme.corp', 'https://acme.corp/api'])
    }
    const below = environmentOf({ ...NEEDED, config: { authToken: 'x', serverHost: 'acme.corp:8585/collate/' } })
    expect(below.get('SERVER_HOST_API_URL')).toBe('https://acme.corp:8585/collate/api')
  })

  test('of the mounted token counts by its second spelling where the first says nothing', () => {
    const spelt = (automountSAToken: unknown) =>
      ({ ...NEEDED, config: { authToken: 'x', ingestionPods: { automountSAToken, autoMountSAToken: 'false' } } }) as Json
    for (const nothing of ['', null]) expect(environmentOf(spelt(nothing)).get('INGESTION_AUTOMOUNT_SA_TOKEN')).toBe('false')
    expect(environmentOf(spelt(true)).get('INGESTION_AUTOMOUNT_SA_TOKEN')).toBe('true')
  })

  test.each([
    { name: 'an endpoint', values: { config: { authToken: 'x', argoWorkflows: { endpoint: 'argo:2746' } } } },
    { name: 'an installation', values: { installArgoWorkflows: true } },
  ])('is of Argo with $name', ({ values }) => {
    expect(environmentOf({ ...NEEDED, ...values }).get('EXECUTOR_TYPE')).toBe('argo')
  })

  test('holds no token', () => {
    expect(JSON.stringify(objectsOf({ ...NEEDED, config: { authToken: 'planted' } }).filter(({ kind }) => kind !== 'Secret'))).not.toContain('planted')
  })
})

describe("a token of the operator's own", () => {
  /** Of the Deployment and of the pod of helm test; the hook of helm uninstall has no token: variables of the token, and what is mounted where. */
  function tokenOf(values: Json): unknown[] {
    return objectsOf(values).flatMap((object) => {
      const { spec } = object as unknown as { spec?: { template?: { spec: PodParts } } & Partial<PodParts> }
      const pod = spec?.template?.spec ?? spec
      const [container] = pod?.containers ?? []
      if (container?.env === undefined || !object.metadata.name.startsWith('collate-prod') || object.metadata.name.endsWith('-uninstall')) return []
      return {
        variables: container.env.filter(({ name }) => name.startsWith('AUTH_TOKEN')),
        mounts: container.volumeMounts.map(({ mountPath }) => mountPath),
        volumes: pod?.volumes?.map(({ name }) => name),
      }
    })
  }
  interface PodParts {
    readonly containers: readonly [{ readonly env: readonly { readonly name: string }[]; readonly volumeMounts: readonly { readonly mountPath: string }[] }]
    readonly volumes: readonly { readonly name: string }[]
  }
  const OWN = { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: 'mine', key: 'jwt' } } }
  const OWN_FILE = { name: 'AUTH_TOKEN_FILE', value: '/mine/token' }
  const ecrRegistryHelper = { enabled: false }
  const twice = (token: unknown): unknown[] => [token, token]

  test.each([
    { name: 'a variable', values: { extraEnvs: [OWN] }, variables: [OWN] },
    { name: 'a file', values: { extraEnvs: [OWN_FILE] }, variables: [OWN_FILE] },
    { name: 'a source of variables', values: { envFrom: [{ secretRef: { name: 'mine' } }] }, variables: [] },
  ])('as $name is the only one, and nothing of the chart names a Secret that is not there', ({ values, variables }) => {
    expect(tokenOf({ ...values, ecrRegistryHelper })).toEqual(twice({ variables, mounts: [], volumes: [] }))
  })

  test.each([{ authToken: 'x' }, { authTokenSecret: { name: 'collate-token' } }])('as a variable counts over %o, whose file is not mounted', (config) => {
    expect(tokenOf({ config, extraEnvs: [OWN], ecrRegistryHelper })).toEqual(twice({ variables: [OWN], mounts: [], volumes: [] }))
  })

  test('as a file may be the one that the chart mounts', () => {
    const [token] = tokenOf({ config: { authToken: 'x' }, extraEnvs: [OWN, OWN_FILE], ecrRegistryHelper })
    expect(token).toEqual({ variables: [OWN, OWN_FILE], mounts: ['/var/run/secrets/collate'], volumes: ['auth-token'] })
  })

  test.each([
    { value: 'planted', isTold: true },
    { value: 'secret:/collate/token', isTold: false },
    { value: '$(OTHER)', isTold: false },
  ])('as $value in the clear is told of: $isTold', ({ value, isTold }) => {
    const told = environmentOf({ extraEnvs: [{ name: 'AUTH_TOKEN', value }], ecrRegistryHelper }).get('VALUES_WARNINGS') ?? ''
    expect(told.includes('extraEnvs[AUTH_TOKEN] stands in the Deployment in clear text.')).toBe(isTold)
    expect(told).not.toContain('planted')
  })
})

describe('a password in the address of a proxy', () => {
  test.each([
    { proxy: { httpsProxy: 'http://runner:planted@proxy.corp:3128' }, told: ['HTTPS_PROXY'] },
    { proxy: { httpProxy: 'http://runner:planted@proxy.corp:3128' }, told: ['HTTP_PROXY'] },
    { proxy: { httpsProxy: 'http://proxy.corp:3128', httpProxy: 'http://proxy.corp:3128' }, told: [] },
  ])('is told of, and where it would not stand in the clear: $proxy', ({ proxy, told }) => {
    const warnings = environmentOf({ ...NEEDED, config: { authToken: 'x', proxy } }).get('VALUES_WARNINGS') ?? ''
    expect([...warnings.matchAll(/Better put the address into a Secret and give it as (\w+) in extraEnvs/g)].map(([, name]) => name)).toEqual(told)
    expect(warnings).not.toContain('planted')
  })
})

describe('pods that read Secrets and mount no token of their account', () => {
  test.each([
    { pods: { serviceAccount: { automount: false } }, isTold: true },
    { pods: { automountSAToken: false }, isTold: true },
    { pods: { automountSAToken: 'False' }, isTold: true },
    { pods: { autoMountSAToken: 'false' }, isTold: true },
    { pods: { serviceAccount: { automount: false }, automountSAToken: true }, isTold: false },
    { pods: { serviceAccount: { automount: false } }, secretsManager: 'managed-aws', isTold: false },
    { pods: {}, isTold: false },
  ])('are told of: $pods $secretsManager', ({ pods, secretsManager = 'kubernetes', isTold }) => {
    const config = { authToken: 'x', secretsManager, ingestionPods: pods }
    const warnings = environmentOf({ ...NEEDED, config }).get('VALUES_WARNINGS') ?? ''
    expect(warnings.includes('the pods mount no token of their account')).toBe(isTold)
  })
})

describe('a namespace for the ingestion pods', () => {
  test('gets the roles, the account and what they bind, and the runner stays where it is', () => {
    const objects = objectsOf({ ...NEEDED, config: { authToken: 'x', ingestionPods: { namespace: 'ingestion' } } })
    const inIngestion = objects.filter(({ metadata }) => metadata.namespace === 'ingestion').map(({ kind }) => kind)
    expect(inIngestion.toSorted()).toEqual(['Role', 'Role', 'Role', 'RoleBinding', 'RoleBinding', 'RoleBinding', 'ServiceAccount'])
  })
})

describe("names of the chart's own volumes", () => {
  test('are free where the chart brings none of them', () => {
    const volumes = ['auth-token', 'ingestion-config', 'extra-ca'].map((name) => ({ name, emptyDir: {} }))
    const volumeMounts = ['/var/run/secrets/collate', '/custom-config', '/etc/collate-ca/'].map((mountPath, index) => ({
      name: volumes[index]?.name ?? '',
      mountPath,
    }))
    const values = { envFrom: [{ secretRef: { name: 'mine' } }], ecrRegistryHelper: { enabled: false }, volumes, volumeMounts }
    expect(problemsOf(scopeFor(values, RELEASE))).toEqual([])
  })
})

describe('an install that cannot work', () => {
  test.each([
    { name: 'without a token', values: { ecrRegistryHelper: { enabled: false } }, problems: ['config.authToken'] },
    { name: 'without a key of the registry', values: { config: { authToken: 'x' } }, problems: ['ecrRegistryHelper.collateCredentials'] },
    { name: 'without anything', values: {}, problems: ['config.authToken', 'ecrRegistryHelper.collateCredentials'] },
    {
      name: "with the vendor's runner",
      values: { ...NEEDED, image: { repository: '118146679784.dkr.ecr.eu-west-1.amazonaws.com/hybrid-ingestion-runner' } },
      problems: ['image.repository'],
    },
  ])('$name is refused with the path of each problem', ({ values, problems }) => {
    expect(problemsOf(scopeFor(values, RELEASE)).map((problem) => problem.split(':')[0])).toEqual(problems)
  })

  test('is not refused when the token comes from elsewhere', () => {
    for (const values of [
      { config: { authTokenSecret: { name: 'a', key: 'b' } } },
      { extraEnvs: [{ name: 'AUTH_TOKEN', value: 'x' }] },
      { envFrom: [{ secretRef: { name: 'a' } }] },
    ]) {
      expect(problemsOf(scopeFor({ ...values, ecrRegistryHelper: { enabled: false } }, RELEASE))).toEqual([])
    }
  })
})
