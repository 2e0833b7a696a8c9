import { describe, expect, test } from 'vitest'
import { PROXY_PORTS, SERVER_PORT } from '../../constructs/chart/network-ports.ts'
import { evaluate } from '../../constructs/expression/evaluate.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { releaseVariables } from '../../constructs/yaml/release-environment.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const [HTTPS_PROXY] = PROXY_PORTS

describe('the port that the network policy opens', () => {
  test.each([
    ['acme.getcollate.io', true, 443],
    ['acme.getcollate.io', false, 80],
    ['a.b:8443', true, 8443],
    ['a.b:8443/collate', true, 8443],
    ['[fd00::1]:8443', true, 8443],
    ['[fd00::1]', true, 443],
  ])('for Collate at %s, secure: %s, is %i', (serverHost, useSecureProtocols, port) => {
    expect(evaluate(SERVER_PORT, scopeFor({ config: { serverHost, useSecureProtocols } }, RELEASE))).toBe(port)
  })

  test.each([
    ['http://proxy.corp:3128', 3128],
    ['http://proxy.corp:3128/', 3128],
    ['http://user:12@proxy.corp', 80],
    ['https://proxy.corp', 443],
  ])('for the proxy %s is %i', (httpsProxy, port) => {
    expect(evaluate(HTTPS_PROXY?.port ?? SERVER_PORT, scopeFor({ config: { proxy: { httpsProxy } } }, RELEASE))).toBe(port)
  })
})

test.each(['123', 'a.b'])('a release that no Service may be called after, %s, needs another name for its objects', (name) => {
  const given = { config: { authToken: 'x' }, ecrRegistryHelper: { enabled: false } }
  expect(problemsOf(scopeFor(given, { ...RELEASE, name }))).toEqual([
    "fullnameOverride: is missing. The release's name begins with a digit or holds a dot, and a Service may not. Name the objects here, with a letter first.",
  ])
  expect(problemsOf(scopeFor({ ...given, fullnameOverride: 'runner' }, { ...RELEASE, name }))).toEqual([])
})

test('a table by pipeline type that is a map reaches the runner as JSON', () => {
  const additionalPipelineConfigs = { metadata: { nodeSelector: { disk: 'ssd' } } }
  const variables = releaseVariables(scopeFor({ config: { ingestionPods: { additionalPipelineConfigs } } }, RELEASE))
  expect(variables.find(({ name }) => name === 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS')?.value).toBe('{"metadata":{"nodeSelector":{"disk":"ssd"}}}')
})
