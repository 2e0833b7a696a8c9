import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { OLDEST_MINOR } from '../../reconciler/doctor/check-cluster.ts'
import {
  ARGO_PROGRAMS,
  cacheKeyOf,
  controlPlanePrograms,
  kubeletPrograms,
  KUBERNETES_RELEASES,
  kubernetesPart,
  KWOK_PROGRAMS,
  linkerFlagsOf,
  partFolder,
  versionOf,
} from './versions.ts'
import type { Part } from './versions.ts'

const KUBERNETES_PARTS = KUBERNETES_RELEASES.map(kubernetesPart)
const PARTS: readonly Part[] = [...KUBERNETES_PARTS, 'etcd', 'kwok', 'argo']

const goModOf = (part: Part): string => readFileSync(join(partFolder(part), 'go.mod'), 'utf8')

test.each(PARTS)('the version of %s is the one that its go.mod pins, and its cache folder is named after it', (part) => {
  expect(versionOf(part)).toMatch(/^v\d+\.\d+\.\d+$/)
  expect(cacheKeyOf(part)).toMatch(new RegExp(`^${part}-${versionOf(part).replaceAll('.', '\\.')}-${process.arch}-[0-9a-f]{12}$`))
})

test('every program is pinned as a tool of its part, so that go.sum holds all that its build needs', () => {
  const ofKubernetes = KUBERNETES_RELEASES.flatMap((release) => [...controlPlanePrograms(release), ...kubeletPrograms(release)])
  for (const program of [...ofKubernetes, ...KWOK_PROGRAMS, ...ARGO_PROGRAMS]) expect(goModOf(program.part)).toContain(program.package)
})

test.each(KUBERNETES_PARTS)("%s is told its version, and every staging module is pinned to the release's own", (part) => {
  const version = versionOf(part)
  expect(linkerFlagsOf(part)).toContain(`-X k8s.io/component-base/version.gitVersion=${version}`)
  const replacements = [...goModOf(part).matchAll(/^\s+(\S+) => (\S+) (v\S+)$/gm)]
  for (const [, from, to, pinned] of replacements) expect([to, pinned]).toEqual([from, `v0${version.slice(2)}`])
  const required = [...goModOf(part).matchAll(/^\s+(k8s\.io\/\S+) v0\.(?:0\.0|\d\d\.\d+) \/\/ indirect$/gm)].map(([, module]) => module)
  expect(required.length).toBeGreaterThan(20)
  expect(replacements.map(([, from]) => from)).toEqual(expect.arrayContaining(required))
})

test('the oldest Kubernetes that is proven is the oldest that chart and doctor let pass', () => {
  const [major, minor] = versionOf(kubernetesPart('oldest')).slice(1).split('.')
  const chart = parse(readFileSync(join(import.meta.dirname, '../../charts/hybrid-ingestion-runner/Chart.yaml'), 'utf8')) as { readonly kubeVersion: string }
  expect(chart.kubeVersion).toBe(`>=${major}.${minor}.0-0`)
  expect(`1.${OLDEST_MINOR}`).toBe(`${major}.${minor}`)
})

test('the three releases are of rising age', () => {
  const minors = KUBERNETES_PARTS.map((part) => Number(versionOf(part).split('.')[1]))
  expect(minors).toEqual(minors.toSorted((one, other) => one - other))
})
