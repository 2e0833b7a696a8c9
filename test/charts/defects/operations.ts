/** What an operator meets: installs, upgrades, drains, alerts. */
import { expect } from 'vitest'
import type { Defect } from './defect.ts'
import { NAME, render } from './rendering.ts'

const EVERYTHING = { installArgoWorkflows: true }

export const OF_OPERATIONS: readonly Defect[] = [
  {
    number: 36,
    here: 'the pull secret is patched where it stands',
    values: {},
    holds: ({ of }) => {
      const rules = of('Role').flatMap(({ rules: ofRole = [] }) => ofRole.filter((rule) => 'resourceNames' in rule))
      expect(rules.length).toBeGreaterThan(0)
      for (const rule of rules) expect(rule).toMatchObject({ resourceNames: ['omd-registry-credentials'], verbs: expect.arrayContaining(['patch']) })
    },
  },
  {
    number: 37,
    here: 'the first pod waits for nothing that comes after it',
    values: {},
    holds: ({ objects, of }) => {
      const hooks = objects.flatMap(({ metadata }) => metadata.annotations?.['helm.sh/hook']?.split(',') ?? [])
      expect(hooks.filter((hook) => hook === 'post-install' || hook === 'post-upgrade')).toEqual([])
      const first = of('Job').filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade')
      expect(JSON.stringify(first.map(({ spec }) => spec))).toContain('ecr-refresh')
    },
  },
  {
    number: 38,
    here: "the runner's image does all work, as nobody, and Jobs have an end",
    values: EVERYTHING,
    holds: ({ pods, of }) => {
      for (const { spec } of pods) {
        expect(spec['securityContext']).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
        for (const container of spec.containers) {
          expect(container['securityContext']).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
          expect(container.image).not.toMatch(/:latest$|^[^:]+$/)
        }
      }
      for (const { spec } of of('Job')) expect(spec?.['activeDeadlineSeconds']).toBeGreaterThan(0)
    },
  },
  {
    number: 39,
    here: 'only runners are counted by the budget',
    values: { podDisruptionBudget: { enabled: true } },
    holds: ({ of, pods }) => {
      const selector = of('PodDisruptionBudget')[0]?.spec?.['selector'] as { readonly matchLabels: Readonly<Record<string, string>> } | undefined
      const matchLabels = selector?.matchLabels ?? { lacks: 'a selector' }
      const counted = pods.filter(({ metadata }) => Object.entries(matchLabels).every(([key, value]) => metadata.labels[key] === value))
      expect(counted.map(({ spec }) => spec.containers[0]?.name)).toEqual(['hybrid-ingestion-runner'])
    },
  },
  {
    number: 40,
    here: 'probes, resources, contexts, strategy and grace have defaults, and two runners agree on one leader',
    values: {},
    holds: ({ container, runner, one }) => {
      for (const part of ['livenessProbe', 'readinessProbe', 'resources', 'securityContext']) expect(container[part]).toMatchObject({})
      expect(runner.spec['terminationGracePeriodSeconds']).toBeGreaterThan(0)
      expect(one('Deployment', NAME).spec?.['strategy']).toMatchObject({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } })
    },
  },
  {
    number: 41,
    here: 'a changed token starts the runner anew, a new version of the chart alone does not',
    values: {},
    holds: ({ runner }) => {
      const other = render({ config: { authToken: 'another-token' } })
      expect(other.runner.metadata.annotations?.['checksum/auth-token']).not.toBe(runner.metadata.annotations?.['checksum/auth-token'])
      expect(Object.keys(runner.metadata.labels)).not.toContain('helm.sh/chart')
    },
  },
  {
    number: 42,
    here: 'a budget that would block each drain is told',
    values: { podDisruptionBudget: { enabled: true, minAvailable: 1 } },
    holds: ({ of, warnings }) => {
      expect(of('PodDisruptionBudget')[0]?.spec).toMatchObject({ minAvailable: 1 })
      expect(of('PodDisruptionBudget')[0]?.spec).not.toHaveProperty('maxUnavailable')
      expect(warnings).toContain('podDisruptionBudget.minAvailable with one replica')
    },
  },
  {
    number: 43,
    here: 'a runner that is gone is an alert, and so is a run that failed',
    values: { prometheusRules: { enabled: true } },
    holds: ({ of }) => {
      const rules = JSON.stringify(of('PrometheusRule')[0]?.spec)
      expect(rules).toContain('absent(')
      expect(rules).toContain('failed')
    },
  },
  {
    number: 44,
    here: 'OpenShift gives the ids of every pod of the chart',
    values: { openshift: { enabled: true } },
    holds: ({ pods, environment }) => {
      expect(JSON.stringify(pods.map(({ spec }) => spec))).not.toMatch(/runAsUser|runAsGroup|fsGroup/)
      expect(environment.get('OPENSHIFT_ENABLED')).toBe('true')
    },
  },
  {
    number: 45,
    here: 'what the Terraform modules set is taken, and a removed key is told',
    seenIn: 'test/charts/vendor-values/terraform-azure.yaml',
    title: 'config.ingestionPods.baseImage has no effect',
  },
  {
    number: 46,
    here: "the ingestion image follows the server, not the chart: its tag is nobody's to raise",
    values: {},
    holds: ({ environment }) => {
      const [image, dynamic] = [environment.get('INGESTION_IMAGE'), environment.get('DYNAMIC_INGESTION_VERSION_ENABLED')]
      expect(image).not.toContain('1.2.3')
      expect(dynamic).not.toBe('false')
    },
  },
  {
    number: 47,
    here: 'a hook takes runs and records away before the release goes',
    seenIn: 'test/charts/release.cluster.test.ts',
    title: 'passes its own test, and leaves nothing',
  },
]
