import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ARGO_PROGRAMS, cacheKeyOf, CONTROL_PLANE_PROGRAMS, KUBELET_PROGRAMS, KWOK_PROGRAMS, linkerFlagsOf, partFolder, versionOf } from './versions.ts'
import type { Part } from './versions.ts'

const PARTS: readonly Part[] = ['kubernetes', 'etcd', 'kwok', 'argo']

test.each(PARTS)('the version of %s is the one that its go.mod pins, and its cache folder is named after it', (part) => {
  expect(versionOf(part)).toMatch(/^v\d+\.\d+\.\d+$/)
  expect(cacheKeyOf(part)).toMatch(new RegExp(`^${part}-${versionOf(part).replaceAll('.', '\\.')}-${process.arch}-[0-9a-f]{12}$`))
})

test('every program is pinned as a tool of its part, so that go.sum holds all that its build needs', () => {
  for (const program of [...CONTROL_PLANE_PROGRAMS, ...KUBELET_PROGRAMS, ...KWOK_PROGRAMS, ...ARGO_PROGRAMS]) {
    expect(readFileSync(join(partFolder(program.part), 'go.mod'), 'utf8')).toContain(program.package)
  }
})

test("Kubernetes is told its version, and every staging module is pinned to the release's own", () => {
  const version = versionOf('kubernetes')
  expect(linkerFlagsOf('kubernetes')).toContain(`-X k8s.io/component-base/version.gitVersion=${version}`)
  const replacements = readFileSync(join(partFolder('kubernetes'), 'go.mod'), 'utf8').match(/^\s+\S+ => \S+ v\S+$/gm) ?? []
  expect(replacements).toHaveLength(31)
  for (const line of replacements) expect(line).toMatch(new RegExp(`=> k8s\\.io/\\S+ v0${version.slice(2).replaceAll('.', '\\.')}$`))
})
