import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { configWarnings, parseConfig } from '../../reconciler/config.ts'
import { must } from '../compiler/examples/must.ts'

const LEAST = { SERVER_URL: 'wss://acme.getcollate.io', SERVER_HOST_API_URL: 'https://acme.getcollate.io/api', AUTH_TOKEN: 'planted-token' } as const

function issuesOf(environment: Record<string, string>): string[] {
  const parsed = parseConfig(environment)
  return parsed.ok ? [] : parsed.error.map(({ path }) => path)
}

describe('the configuration', () => {
  test("has the defaults of the vendor's chart", () => {
    expect(must(parseConfig(LEAST))).toMatchObject({
      link: { url: 'wss://acme.getcollate.io/api/v1/ingestionRunners/RemoteRunner/connect', reconnectDelaySeconds: 5 },
      apiUrl: 'https://acme.getcollate.io/api',
      healthPort: 8585,
      metrics: { port: 8989, path: '/metrics' },
      limits: { maxActiveRuns: 100, maxActiveRunsByType: {}, automationSlots: 5 },
      runTtlSeconds: 86_400,
      logLevel: 'info',
    })
  })

  test('knows its pod by name and uid, and the machine where there is none', () => {
    expect(must(parseConfig({ ...LEAST, POD_NAME: 'runner-1', POD_UID: 'u' })).pod).toEqual({ name: 'runner-1', uid: 'u' })
    expect(must(parseConfig(LEAST)).pod).toEqual({ name: hostname() })
  })

  test('takes slashes at the end of addresses, and ids that need encoding', () => {
    const { link, apiUrl } = must(
      parseConfig({ ...LEAST, SERVER_URL: 'wss://acme.getcollate.io/', SERVER_HOST_API_URL: 'https://acme.getcollate.io/api/', AGENT_ID: 'büro/1' }),
    )
    expect([link.url, apiUrl]).toEqual([
      `wss://acme.getcollate.io/api/v1/ingestionRunners/${encodeURIComponent('büro/1')}/connect`,
      'https://acme.getcollate.io/api',
    ])
  })

  test('may name another path, a file for the token, and ports of its own', () => {
    const { AUTH_TOKEN: _, ...rest } = LEAST
    const config = must(
      parseConfig({
        ...rest,
        AUTH_TOKEN_FILE: '/etc/token',
        SERVER_LINK_PATH: '/v2/link',
        APP_SERVER_PORT: '0',
        METRICS_SERVER_PORT: '9000',
        METRICS_SERVER_PATH: '/m',
      }),
    )
    expect(config).toMatchObject({
      link: { url: 'wss://acme.getcollate.io/v2/link' },
      healthPort: 0,
      metrics: { port: 9000, path: '/m' },
    })
  })

  test('takes an empty variable for an absent one', () => {
    expect(must(parseConfig({ ...LEAST, LOG_LEVEL: '', MAX_ACTIVE_RUNS: '', AUTH_TOKEN_FILE: '' }))).toMatchObject({
      logLevel: 'info',
      limits: { maxActiveRuns: 100 },
    })
  })

  test('says all that is missing at once', () => {
    expect(issuesOf({}).toSorted()).toEqual(['AUTH_TOKEN', 'SERVER_HOST_API_URL', 'SERVER_URL'])
  })

  test('says all that is wrong at once, that of the pods among it', () => {
    const wrong = {
      SERVER_URL: 'https://acme.getcollate.io',
      SERVER_HOST_API_URL: 'wss://acme.getcollate.io',
      RECONNECT_DELAY_SECONDS: 'soon',
      APP_SERVER_PORT: '99999',
      MAX_ACTIVE_RUNS: '0',
      LOG_LEVEL: 'loud',
      METRICS_SERVER_PATH: 'metrics',
      INGESTION_CPU_LIMIT: 'lots',
      SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '{"metadata": {"tolerationz": []}}',
    }
    const paths = issuesOf({ ...LEAST, ...wrong })
    for (const name of Object.keys(wrong)) expect(paths.some((path) => path.startsWith(name))).toBe(true)
    expect(paths).toHaveLength(Object.keys(wrong).length)
  })

  test.each([
    ['RECONNECT_DELAY_SECONDS', '-1'],
    ['RECONNECT_DELAY_SECONDS', 'Infinity'],
    ['RUN_TTL_SECONDS', '-1'],
    ['RUN_TTL_SECONDS', '1.5'],
    ['MAX_ACTIVE_RUNS', 'NaN'],
    ['METRICS_SERVER_PORT', '80a'],
    ['SERVER_LINK_PATH', 'connect'],
  ])('refuses %s=%s', (name, value) => {
    expect(issuesOf({ ...LEAST, [name]: value })).toEqual([name])
  })

  test.each([
    ['0', 0.1],
    ['0.05', 0.1],
    ['60', 60],
    ['61', 60],
  ])('takes a delay of %s seconds as %d, and tells where that is another', (seconds, counted) => {
    const config = must(parseConfig({ ...LEAST, RECONNECT_DELAY_SECONDS: seconds }))
    expect(config.link.reconnectDelaySeconds).toBe(counted)
    const told = config.warnings.filter(({ path }) => path === 'RECONNECT_DELAY_SECONDS')
    expect(told.map(({ message }) => message)).toEqual(Number(seconds) === counted ? [] : [`counts as ${counted} seconds; give a number from 0.1 to 60`])
  })

  test('never shows the token', () => {
    const parsed = parseConfig({ AUTH_TOKEN: 'planted-token', LOG_LEVEL: 'planted' })
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toContain('planted-token')
  })
})

describe('the ways out', () => {
  const networkOf = (over: Record<string, string>) => must(parseConfig({ ...LEAST, ...over })).network

  test('are direct without variables', () => {
    expect(networkOf({})).toEqual({ proxies: { httpProxy: undefined, httpsProxy: undefined, noProxy: '' }, caFiles: [] })
  })

  test('are read under the names of the field; the lower case goes first', () => {
    const { proxies, caFiles } = networkOf({
      HTTPS_PROXY: 'http://upper:1',
      https_proxy: 'http://user:p%40ss@lower:2',
      HTTP_PROXY: 'proxy.corp:3128',
      no_proxy: 'acme.io',
      EXTRA_CA_FILE: '/etc/ca.pem',
      NODE_EXTRA_CA_CERTS: '/etc/node-ca.pem',
    })
    expect(proxies).toEqual({ httpsProxy: 'http://user:p%40ss@lower:2', httpProxy: 'http://proxy.corp:3128', noProxy: 'acme.io' })
    expect(caFiles.map(({ variable, path }) => `${variable}=${path}`)).toEqual(['EXTRA_CA_FILE=/etc/ca.pem', 'NODE_EXTRA_CA_CERTS=/etc/node-ca.pem'])
  })

  test.each(['socks5://planted-secret@proxy', 'http://', 'http://user:100%planted-secret@proxy:1', 'http://a b'])(
    'refuse a proxy address that is none, and never show it: %s',
    (value) => {
      const parsed = parseConfig({ ...LEAST, HTTPS_PROXY: value })
      expect(parsed).toMatchObject({ ok: false, error: [{ path: 'HTTPS_PROXY' }] })
      expect(JSON.stringify(parsed)).not.toContain('planted-secret')
    },
  )
})

describe('a warning', () => {
  const warningsOf = (over: Record<string, string>): string[] =>
    configWarnings(must(parseConfig({ ...LEAST, RUNNER_IMAGE: 'runner:1', ...over }))).map(({ path }) => path)

  test('is due when the link or the API is not encrypted', () => {
    expect(warningsOf({})).toEqual([])
    expect(warningsOf({ SERVER_URL: 'ws://acme' })).toEqual(['SERVER_URL'])
    expect(warningsOf({ SERVER_HOST_API_URL: 'http://acme/api' })).toHaveLength(1)
    expect(warningsOf({ SERVER_URL: 'ws://acme', VALUES_WARNINGS: 'config.useSecureProtocols is false: ...' }), 'the chart tells it').toEqual(['values.yaml'])
  })

  test('is due when nothing can look at secret references, unless that is wanted', () => {
    expect(warningsOf({ RUNNER_IMAGE: '' })).toEqual(['RUNNER_IMAGE'])
    expect(warningsOf({ RUNNER_IMAGE: '', SECRETS_CHECK: 'off' })).toEqual([])
  })

  test("is due when the other executor's table is set beside this one", () => {
    expect(warningsOf({ ARGO_PIPELINE_TYPE_CONFIGS: '{}' })).toEqual(['ARGO_PIPELINE_TYPE_CONFIGS'])
  })

  test("are told of the chart's values, as the chart words them", () => {
    const config = must(parseConfig({ ...LEAST, RUNNER_IMAGE: 'runner:1', VALUES_WARNINGS: 'autoscaling has no effect: no.\nconfig.serverUrl: yes.\n' }))
    expect(configWarnings(config)).toEqual([
      { code: 'unknownKey', path: 'values.yaml', message: 'autoscaling has no effect: no.' },
      { code: 'unknownKey', path: 'values.yaml', message: 'config.serverUrl: yes.' },
    ])
  })
})

describe('the limits', () => {
  test('are read from the environment', () => {
    const environment = { ...LEAST, MAX_ACTIVE_RUNS: '7', MAX_ACTIVE_RUNS_BY_TYPE: '{"profiler": 2, "default": 3}', AUTOMATION_SLOTS: '0' }
    expect(must(parseConfig(environment)).limits).toEqual({ maxActiveRuns: 7, maxActiveRunsByType: { profiler: 2, default: 3 }, automationSlots: 0 })
  })

  test.each([
    { name: 'no JSON', text: '{', says: 'must be JSON' },
    { name: 'a list', text: '[1]', says: 'must be an object of pipeline types' },
    { name: 'no number', text: '{"profiler": "2"}', says: 'must be a whole number of runs, 1 or more' },
    { name: 'less than one', text: '{"profiler": 0}', says: 'must be a whole number of runs, 1 or more' },
  ])('of a type that are $name are refused', ({ text, says }) => {
    const parsed = parseConfig({ ...LEAST, MAX_ACTIVE_RUNS_BY_TYPE: text })
    expect(parsed.ok ? [] : parsed.error).toMatchObject([{ path: 'MAX_ACTIVE_RUNS_BY_TYPE', message: expect.stringContaining(says) }])
  })

  test.each(['0', '-1', '1.5', 'many'])('of all runs are not %s', (text) => {
    expect(issuesOf({ ...LEAST, MAX_ACTIVE_RUNS: text })).toEqual(['MAX_ACTIVE_RUNS'])
  })
})
