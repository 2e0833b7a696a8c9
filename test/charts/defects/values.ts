/** Values that do nothing or the wrong thing, and values that break the rendering. */
import { readFileSync } from 'node:fs'
import { parsePolicy } from '../../../compiler/policy.ts'
import { expect } from 'vitest'
import type { Defect } from './defect.ts'
import { NAME } from './rendering.ts'

const METRICS = readFileSync(new URL('../../../reconciler/metrics/metrics.ts', import.meta.url), 'utf8')

export const OF_VALUES: readonly Defect[] = [
  {
    number: 1,
    here: 'a misspelt value counts, a dead one is told',
    values: { config: { ingestionPods: { autoMountSAToken: 'false', customerToleration: 'x' }, argoWorkflows: { backOffTime: '5' } } },
    holds: ({ environment, warnings }) => {
      expect(environment.get('INGESTION_AUTOMOUNT_SA_TOKEN')).toBe('false')
      for (const path of ['ingestionPods.autoMountSAToken', 'ingestionPods.customerToleration', 'argoWorkflows.backOffTime']) expect(warnings).toContain(path)
    },
  },
  {
    number: 2,
    here: 'false and 0 are passed on',
    values: { config: { dynamicIngestionVersionEnabled: false, ingestionPods: { automountSAToken: false }, argoWorkflows: { secondsAfterCompletionTTL: 0 } } },
    holds: ({ environment }) => {
      expect(environment.get('DYNAMIC_INGESTION_VERSION_ENABLED')).toBe('false')
      expect(environment.get('INGESTION_AUTOMOUNT_SA_TOKEN')).toBe('false')
      expect(environment.get('ARGO_SECONDS_AFTER_COMPLETION_TTL')).toBe('0')
    },
  },
  {
    number: 3,
    here: 'port and path of the metrics are values, and all that scrapes them follows',
    values: { metricsServerConfiguration: { port: 9100, path: '/prometheus' }, serviceMonitor: { enabled: true } },
    holds: ({ environment, container, of }) => {
      expect([environment.get('METRICS_SERVER_PORT'), environment.get('METRICS_SERVER_PATH')]).toEqual(['9100', '/prometheus'])
      expect(container['ports']).toContainEqual({ name: 'metrics-app', containerPort: 9100, protocol: 'TCP' })
      expect(of('ServiceMonitor')[0]?.spec).toMatchObject({ endpoints: [{ port: 'metrics-app', path: '/prometheus' }] })
    },
  },
  {
    number: 4,
    here: "an operator's variable takes the place of the chart's own",
    values: {
      config: { dynamicIngestionVersionEnabled: true, ingestionPods: { additionalPipelineConfigs: '{"lineage":{}}' } },
      extraEnvs: [
        { name: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', value: '{"metadata":{}}' },
        { name: 'DYNAMIC_INGESTION_VERSION_ENABLED', value: 'false' },
      ],
    },
    holds: ({ container, environment }) => {
      expect(container.env).toHaveLength(environment.size)
      expect(environment.get('SIMPLEK8S_PIPELINE_TYPE_CONFIGS')).toBe('{"metadata":{}}')
      expect(environment.get('DYNAMIC_INGESTION_VERSION_ENABLED')).toBe('false')
    },
  },
  {
    number: 5,
    here: 'both names of the priority class are read',
    values: { config: { ingestionPods: { additionalPipelineConfigs: '{"metadata":{"priorityClassName":"low"},"profiler":{"priorityClass":"lower"}}' } } },
    holds: ({ environment }) => {
      const parsed = parsePolicy(Object.fromEntries(environment))
      const classes = parsed.ok ? [...parsed.value.policy.pipelineTypes.values()].map(({ priorityClass }) => priorityClass) : []
      expect(classes).toEqual(['low', 'lower'])
    },
  },
  {
    number: 6,
    here: 'the fields of customConfig are merged into pods, too',
    seenIn: 'test/compiler/custom-values.test.ts',
    title: 'is taken, and everything compiles',
  },
  {
    number: 7,
    here: 'every panel asks for a metric that the runner has',
    values: { grafanaDashboard: { enabled: true } },
    holds: ({ of }) => {
      const [dashboard] = of('ConfigMap').flatMap(({ data }) => data?.['hybrid-ingestion-runner.json'] ?? [])
      const asked = new Set([...(dashboard ?? '').matchAll(/collate_hybrid_agent_(\w+)/g)].map(([, name = '']) => name.replace(/_(sum|count|max)$/, '')))
      expect(asked.size).toBeGreaterThan(5)
      for (const name of asked) expect(METRICS).toContain(name.replace(/_total$/, ''))
    },
  },
  {
    number: 8,
    here: 'further groups of rules are passed on as they are',
    values: {
      prometheusRules: {
        enabled: true,
        extraRules: [{ name: 'own', rules: [{ alert: 'A', expr: 'up == 0', annotations: { summary: '{{ $labels.pod }}' } }] }],
      },
    },
    holds: ({ of }) => {
      const groups = of('PrometheusRule')[0]?.spec?.['groups'] as { name: string }[]
      expect(groups.at(-1)).toEqual({ name: 'own', rules: [{ alert: 'A', expr: 'up == 0', annotations: { summary: '{{ $labels.pod }}' } }] })
    },
  },
  {
    number: 9,
    here: "the image's tag is the chart's version unless somebody sets it",
    values: {},
    holds: ({ container }) => expect(container.image).toMatch(/:1\.2\.3$/),
  },
  {
    number: 10,
    here: 'registry and region are values, and an account without effect is told',
    values: {
      ecrRegistryHelper: { registry: 'mirror.example', region: 'eu-north-1', collateCredentials: { values: { account: '123456789012' } } },
    },
    holds: ({ warnings, of }) => {
      expect(JSON.stringify(of('CronJob'))).toMatch(/mirror\.example.*eu-north-1/)
      expect(warnings).toContain('ecrRegistryHelper.collateCredentials.values.account has no effect')
    },
  },
  {
    number: 11,
    here: 'a CA is mounted by one value',
    values: { config: { extraCa: { configMap: 'corporate-ca' }, argoWorkflows: { certificatePath: '/x' } } },
    holds: ({ environment, runner, container, warnings }) => {
      const mount = (container['volumeMounts'] as { name: string; mountPath: string }[]).find(({ mountPath }) =>
        environment.get('EXTRA_CA_FILE')?.startsWith(mountPath),
      )
      expect(runner.spec.volumes).toContainEqual(expect.objectContaining({ name: mount?.name, configMap: expect.objectContaining({ name: 'corporate-ca' }) }))
      expect(warnings).toContain('config.argoWorkflows.certificatePath has no effect')
    },
  },
  {
    number: 12,
    here: 'an endpoint selects Argo in whichever form',
    values: { config: { argoWorkflows: { endpoint: 'argo-server:2746' } } },
    holds: ({ environment }) => expect(environment.get('EXECUTOR_TYPE')).toBe('argo'),
  },
  {
    number: 13,
    here: "mounts of the operator's stand beside those of customConfig",
    values: {
      volumes: [{ name: 'own', emptyDir: {} }],
      volumeMounts: [{ name: 'own', mountPath: '/own' }],
      config: { ingestionPods: { customConfig: { enabled: true, workflowParams: { tolerations: [] } } } },
    },
    holds: ({ container }) => {
      const paths = (container['volumeMounts'] as { mountPath: string }[]).map(({ mountPath }) => mountPath)
      expect(paths).toEqual(expect.arrayContaining(['/own', '/custom-config']))
    },
  },
  {
    number: 14,
    here: 'a schedule is a text, whatever it holds',
    values: { ecrRegistryHelper: { schedule: '*/30 * * * *' } },
    holds: ({ of }) => expect(of('CronJob').map(({ spec }) => spec?.['schedule'])).toEqual(['*/30 * * * *']),
  },
  {
    number: 15,
    here: 'an account that is not made is not there',
    values: { ecrRegistryHelper: { serviceAccount: { create: false, name: 'brought' } } },
    holds: ({ of }) => {
      const names = of('ServiceAccount').map(({ metadata }) => metadata.name)
      // The third is the uninstall hook's own.
      expect(names.toSorted()).toEqual([NAME, `${NAME}-uninstall`, 'ingestion'])
    },
  },
  {
    number: 16,
    here: 'quotes and digits in values change nothing',
    seenIn: 'test/charts/vendor-values.test.ts',
    title: '$name: install, and the runner is told what the vendor would tell it',
  },
  {
    number: 17,
    here: 'a section that is null is one that says nothing',
    values: { installArgoWorkflows: false, config: { argoWorkflows: null } },
    holds: ({ environment }) => expect(environment.get('EXECUTOR_TYPE')).toBe('simpleK8s'),
  },
  {
    number: 18,
    here: 'a common label does not take the place of a label of the chart',
    values: { commonLabels: { 'app.kubernetes.io/name': 'other', 'team': 'data' } },
    holds: ({ objects }) => {
      expect(objects.filter(({ metadata }) => metadata.labels['team'] !== 'data').map(({ kind }) => kind)).toEqual([])
      expect(objects.filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === 'other')).toEqual([])
    },
  },
  {
    number: 19,
    here: 'what is rendered is compared with a second evaluation, and judged by the API server',
    seenIn: 'test/charts/vendor-values.cluster.test.ts',
    title: '$name: make objects that the API server takes',
  },
]
