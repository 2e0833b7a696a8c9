import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { run } from '../cluster/shell.ts'
import { helmProgram } from './helm.ts'
import { CHART_FOLDER } from './release.ts'

vi.setConfig({ testTimeout: 60_000 })

const SIMPLE = {
  config: { agentId: 'aws-prod', serverHost: 'acme.getcollate.io', authTokenSecret: { name: 'collate-token', key: 'token' } },
  ecrRegistryHelper: { enabled: false },
}
const on = { enabled: true }
/** Everything the chart can make. */
const EVERYTHING = {
  config: {
    ...SIMPLE.config,
    ingestionPods: { namespace: 'ingestion', customConfig: { enabled: true, containerParams: { env: [{ name: 'A', value: 'b' }] } } },
  },
  ecrRegistryHelper: { enabled: true, collateCredentials: { values: { accessKeyId: 'AKIA', secretAccessKey: 'x' } } },
  replicaCount: 2,
  installArgoWorkflows: true,
  podDisruptionBudget: on,
  networkPolicy: on,
  serviceMonitor: on,
  prometheusRules: on,
  grafanaDashboard: on,
}

const EXECUTORS = [
  { name: 'the Simple Kubernetes executor', values: SIMPLE },
  { name: 'Argo that is there', values: { ...SIMPLE, config: { ...SIMPLE.config, argoWorkflows: { endpoint: 'argo-server.argo:2746' } } } },
  { name: 'everything switched on', values: EVERYTHING },
]

test.each(EXECUTORS.flatMap((one) => ([4, 3] as const).map((major) => ({ ...one, major }))))(
  'helm $major lint --strict has nothing to say of $name',
  async ({ values, major }) => {
    const text = await run(await helmProgram(major), ['lint', '--strict', CHART_FOLDER, '--values', '-'], { input: JSON.stringify(values) })
    expect(text).toContain('1 chart(s) linted, 0 chart(s) failed')
    expect(text).not.toMatch(/\[(ERROR|WARNING)\]/)
  },
)

/** Most that a release may take of a Secret, which holds a megabyte. */
const MOST_BYTES = 700_000

test('a release with everything switched on fits into its Secret', async () => {
  const options = ['--namespace', 'collate', '--dry-run=client', '--output', 'json', '--values', '-']
  const release = await run(await helmProgram(4), ['install', 'collate-prod', CHART_FOLDER, ...options], { input: JSON.stringify(EVERYTHING) })
  const { manifest, chart } = JSON.parse(release) as { readonly manifest: string; readonly chart: { readonly templates: readonly unknown[] } }
  expect(manifest).toContain('kind: CustomResourceDefinition')
  expect(chart.templates.length).toBeGreaterThan(10)
  // Helm keeps the JSON of a release packed and in base64, and Kubernetes' own base64 of the Secret is not stored.
  const stored = gzipSync(release, { level: 9 }).toString('base64').length
  console.info(`the release takes ${stored} bytes`)
  expect(stored).toBeLessThan(MOST_BYTES)
})
