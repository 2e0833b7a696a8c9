import { describe, expect, test } from 'vitest'
import { warningsOf } from '../../constructs/chart/warnings.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'runner', version: '1.2.3' }
const NEEDED = { config: { authToken: 'x', ingestionPods: { namespace: 'ing' } }, ecrRegistryHelper: { enabled: false }, installArgoWorkflows: true }

interface Deployment {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly object[]; readonly [field: string]: unknown } } }
}

function controller(values: { readonly [key: string]: Json }): Deployment {
  const objects = plainObjects({ ...NEEDED, ...values }, RELEASE) as unknown as Deployment[]
  const found = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'argo-workflows-workflow-controller')
  if (found === undefined) throw new Error('no controller')
  return found
}

const podOf = (values: { readonly [key: string]: Json }) => controller(values).spec.template.spec
const told = (values: { readonly [key: string]: Json }): string[] => warningsOf(scopeFor({ ...NEEDED, ...values }, RELEASE))

const HERE = { nodeSelector: { pool: 'chart' }, tolerations: [{ key: 'chart' }], affinity: { nodeAffinity: {} } }

describe("the pod of Argo's controller", () => {
  test('has no pull secret, place or priority that nobody named', () => {
    const pod = podOf({})
    for (const field of ['imagePullSecrets', 'nodeSelector', 'tolerations', 'affinity', 'priorityClassName']) expect(pod).not.toHaveProperty(field)
  })

  test('is pulled by the pull secrets of the release, or by those named for Argo alone', () => {
    expect(podOf({ imagePullSecrets: [{ name: 'mirror' }] })).toMatchObject({ imagePullSecrets: [{ name: 'mirror' }] })
    const ofArgo = { imagePullSecrets: [{ name: 'mirror' }], argoWorkflows: { images: { pullSecrets: [{ name: 'argo' }] } } }
    expect(podOf(ofArgo)['imagePullSecrets']).toEqual([{ name: 'argo' }])
    expect(told(ofArgo).filter((line) => line.startsWith('argoWorkflows'))).toEqual([])
  })

  test("runs where the chart's own pods run, and as urgently", () => {
    expect(podOf({ ...HERE, priorityClassName: 'high' })).toMatchObject({ ...HERE, priorityClassName: 'high' })
  })

  test('runs where its own values say, without a part of the others', () => {
    const pod = podOf({ ...HERE, priorityClassName: 'high', argoWorkflows: { controller: { nodeSelector: { pool: 'argo' }, priorityClassName: 'low' } } })
    expect(pod).toMatchObject({ nodeSelector: { pool: 'argo' }, priorityClassName: 'low' })
    expect(pod).not.toHaveProperty('tolerations')
    expect(pod).not.toHaveProperty('affinity')
  })

  test("is asked for its health where Argo answers, and by the operator's own probe in place of that", () => {
    const health = { path: '/healthz', port: 6060 }
    expect(podOf({}).containers[0]).toMatchObject({ startupProbe: { httpGet: health }, livenessProbe: { httpGet: health } })
    const own = { tcpSocket: { port: 9090 } }
    expect(podOf({ argoWorkflows: { controller: { livenessProbe: own } } }).containers[0]).toHaveProperty('livenessProbe', own)
  })
})

describe("Argo's images", () => {
  const image = { registry: 'registry.corp', repository: 'mirror/controller', tag: 'v1' }
  const ofExecutor = { registry: 'other.corp', repository: 'mirror/executor', tag: 'v2' }

  test.each<{ name: string; argoWorkflows: { readonly [key: string]: Json }; controllers: string; executors: string }>([
    {
      name: 'the registry of the controller alone is that of both',
      argoWorkflows: { controller: { image: { registry: 'registry.corp' } } },
      controllers: 'registry.corp/argoproj/workflow-controller:v3.7.14',
      executors: 'registry.corp/argoproj/argoexec:v3.7.14',
    },
    {
      name: 'each has its own',
      argoWorkflows: { images: { tag: 'v3' }, controller: { image }, executor: { image: ofExecutor } },
      controllers: 'registry.corp/mirror/controller:v1',
      executors: 'other.corp/mirror/executor:v2',
    },
    {
      name: 'one tag is for both',
      argoWorkflows: { images: { tag: 'v3' } },
      controllers: 'quay.io/argoproj/workflow-controller:v3',
      executors: 'quay.io/argoproj/argoexec:v3',
    },
    {
      name: "the executor's tag is that of both, before the controller's",
      argoWorkflows: { images: { tag: 'v3' }, controller: { image } },
      controllers: 'registry.corp/mirror/controller:v1',
      executors: 'registry.corp/argoproj/argoexec:v3',
    },
    {
      name: "the executor's tag is the controller's where there is no other",
      argoWorkflows: { controller: { image }, executor: { image: { registry: 'other.corp' } } },
      controllers: 'registry.corp/mirror/controller:v1',
      executors: 'other.corp/argoproj/argoexec:v1',
    },
  ])('are those that the values name: $name', ({ argoWorkflows, controllers, executors }) => {
    const [container] = podOf({ argoWorkflows }).containers
    expect(container).toMatchObject({ image: controllers, args: expect.arrayContaining(['--executor-image', executors]) as unknown })
    expect(told({ argoWorkflows }).filter((line) => line.startsWith('argoWorkflows'))).toEqual([])
  })
})

describe('where Argo is installed', () => {
  test('is the namespace of the ingestion pods, and the warnings say so', () => {
    const values = { createArgoWorkflowsNamespace: true, argoWorkflows: { namespaceOverride: 'argo' } }
    expect(controller(values).metadata.namespace).toBe('ing')
    expect(told(values).filter((line) => line.includes('Argo is installed'))).toEqual([
      expect.stringMatching(/^createArgoWorkflowsNamespace has no effect: .*namespace of the ingestion pods/),
      expect.stringMatching(/^argoWorkflows.namespaceOverride has no effect: .*namespace of the ingestion pods/),
    ])
  })
})

test("keys of Argo's sub-chart that have no effect are told by name, at each depth", () => {
  const lines = told({
    argoWorkflows: {
      server: {},
      artifactRepository: {},
      images: { pullPolicy: 'Always' },
      executor: { env: [] },
      crds: { keep: true },
      controller: { parallelism: 1 },
    },
  })
  const namesIn = (path: string): string | undefined =>
    lines.map((line) => new RegExp(`^${path}: .*have no effect: ([^.]*)\\.`).exec(line)?.[1]).find((names) => names !== undefined)
  expect(['argoWorkflows', 'argoWorkflows.images', 'argoWorkflows.crds', 'argoWorkflows.controller', 'argoWorkflows.executor'].map(namesIn)).toEqual([
    'artifactRepository, server',
    'pullPolicy',
    'keep',
    'parallelism',
    'env',
  ])
})
