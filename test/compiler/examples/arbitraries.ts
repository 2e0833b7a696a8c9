import fc from 'fast-check'
import { ENVIRONMENT } from './policy.ts'
import { aMetadataRun } from './run-request.ts'

/** Any JSON value, keys such as `__proto__` included. */
export const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 4 })

const odd = fc.oneof(
  anyJson,
  fc.constantFrom<unknown>(undefined, null, '', ' ', 0, -1, 1.5, 1e308, 2 ** 31, true, [], {}, 'a'.repeat(70_000), '\u0000', '\ud800', '${x}', '{{x}}'),
)

/** The request with up to four of its places, at any depth, replaced by odd values or taken away. */
export function damaged(request: unknown, values: fc.Arbitrary<unknown> = odd): fc.Arbitrary<unknown> {
  return fc
    .array(fc.tuple(fc.array(fc.nat(11), { minLength: 1, maxLength: 5 }), values), { minLength: 1, maxLength: 4 })
    .map((damages) => damages.reduce<unknown>((whole, [steps, value]) => damage(whole, steps, value), request))
}

export const damagedRequest: fc.Arbitrary<unknown> = damaged(aMetadataRun())

function damage(value: unknown, [step, ...rest]: readonly number[], replacement: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return replacement
  const keys = Object.keys(value)
  const key = keys[step % Math.max(keys.length, 1)]
  return key === undefined ? replacement : { ...value, [key]: damage(Reflect.get(value, key), rest, replacement) }
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 }).filter((text) => text.length <= 256 && !/[\p{Cc}\p{Cs}]/u.test(text))

/** Requests that are to be accepted: names and source configs as wild as OpenMetadata allows. */
export const goodRequest: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    runId: fc.uuid(),
    id: fc.uuid(),
    pipelineName: name,
    serviceName: name,
    serviceType: name,
    config: fc.dictionary(fc.string(), anyJson),
    retries: fc.nat(9),
  })
  .map(({ runId, id, pipelineName, serviceName, serviceType, config, retries }) => {
    const { ingestionPipeline, ...request } = aMetadataRun()
    const fullyQualifiedName = `${serviceName}.${pipelineName}`
    const pipeline = { ...ingestionPipeline, id, name: pipelineName, fullyQualifiedName, sourceConfig: { config }, airflowConfig: { retries } }
    return { ...request, runId, ingestionPipeline: pipeline, service: { name: serviceName, serviceType } }
  })

/** The same pipeline, deployed with a schedule. */
export function withSchedule(request: Record<string, unknown>, times: object = {}): Record<string, unknown> {
  const { runId: _, ingestionPipeline, ...rest } = request
  const pipeline = Object(ingestionPipeline) as Record<string, unknown>
  return { ...rest, ingestionPipeline: { ...pipeline, airflowConfig: { ...Object(pipeline['airflowConfig']), scheduleInterval: '*/5 * * * *', ...times } } }
}

const entry = fc.record(
  {
    tolerations: fc.array(
      fc.record({ key: odd, operator: fc.constantFrom('Equal', 'Exists', 'In', 7), value: odd, effect: odd, tolerationSeconds: odd }, { requiredKeys: [] }),
    ),
    nodeSelector: fc.dictionary(fc.string(), odd),
    priorityClass: odd,
    resources: fc.record({ requests: fc.dictionary(fc.constantFrom('cpu', 'memory', 'a/b', 'x'), odd), limits: odd }, { requiredKeys: [] }),
    affinity: fc.oneof(
      odd,
      fc.record({ nodeAffinity: fc.record({ requiredDuringSchedulingIgnoredDuringExecution: odd, preferredDuringSchedulingIgnoredDuringExecution: odd }) }),
    ),
    toleration: fc.oneof(odd, fc.constant('dedicated')),
    other: odd,
  },
  { requiredKeys: [] },
)

const typeTable = fc
  .dictionary(fc.constantFrom('metadata', 'default', 'constructor', '__proto__', 'x'), fc.oneof(entry, odd))
  .map((table) => JSON.stringify(table))

const quantity = fc.oneof(
  fc.string(),
  fc.tuple(fc.integer({ min: -5, max: 99_999 }), fc.constantFrom('', 'm', 'k', 'Gi', 'Ei', 'e9', 'e-99', 'E', 'K')).map((parts) => parts.join('')),
)

const text = fc.string({ maxLength: 40 })

function mostly(good: readonly string[], wild: fc.Arbitrary<string> = text): fc.Arbitrary<string> {
  return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: wild })
}

const tableText = fc.oneof(
  fc.constantFrom('{"metadata":{}}', '{}'),
  typeTable,
  mostly(
    ['{"__proto__":{}}'],
    anyJson.map((value) => JSON.stringify(value)),
  ),
)

/** Environments with variables of the policy set to something, often something wrong. */
export const anyEnvironment: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    AGENT_ID: mostly(['aws-prod', 'Ünï cödé'], fc.string({ unit: 'binary' })),
    EXECUTOR_TYPE: mostly(['simpleK8s', 'argo', '']),
    PIPELINE_SERVICE_CLIENT_ENDPOINT: mostly(['http://argo:2746', '']),
    OPENSHIFT_ENABLED: mostly(['true', 'false']),
    ARGO_SECONDS_AFTER_COMPLETION_TTL: mostly(['0', '604800']),
    ARGO_NAMESPACE: mostly(['collate']),
    INGESTION_NAMESPACE: mostly(['collate']),
    INGESTION_IMAGE: mostly(['a', 'a:b', 'h:5000/a/b:c', `a@sha256:${'0'.repeat(64)}`]),
    INGESTION_IMAGE_PULL_SECRETS: mostly(['a', 'a,b', ' a , b.c,']),
    INGESTION_EXTRA_ENVS: mostly(
      ['[A:b]', '[]', '["A:b"]'],
      fc.oneof(
        text,
        fc.array(text).map((items) => JSON.stringify(items)),
      ),
    ),
    INGESTION_CPU_LIMIT: mostly(['2', '0', '1e3'], quantity),
    INGESTION_CPU_REQUEST: mostly(['0', '10m'], quantity),
    INGESTION_MEMORY_LIMIT: mostly(['3Gi', '1e9'], quantity),
    INGESTION_MEMORY_REQUEST: mostly(['1Mi', '0'], quantity),
    SECRETS_MANAGER: mostly(['kubernetes', 'gcp', 'managed-azure-kv']),
    DYNAMIC_INGESTION_VERSION_ENABLED: mostly(['true', 'FALSE']),
    SIMPLEK8S_PIPELINE_TYPE_CONFIGS: tableText,
    ARGO_PIPELINE_TYPE_CONFIGS: tableText,
  },
  { requiredKeys: [] },
)

/** Policies that are to be accepted, under agents of any name. */
export const goodEnvironment: fc.Arbitrary<Record<string, string>> = name
  .filter((agentId) => agentId.trim() === agentId)
  .map((agentId) => ({ ...ENVIRONMENT, AGENT_ID: agentId }))

/** Custom fields: some good, some wild, some that the guard refuses. */
export const anyCustomConfig: fc.Arbitrary<{ containerParams: unknown; workflowParams: unknown }> = fc.record({
  containerParams: fc.oneof(
    odd,
    fc.record(
      {
        env: fc.oneof(odd, fc.constant([{ name: 'A', value: 'b' }])),
        command: odd,
        resources: odd,
        volumeMounts: odd,
        securityContext: odd,
        imagePullPolicy: fc.constant('Always'),
      },
      { requiredKeys: [] },
    ),
    fc.constant({ env: [{ name: 'A', value: 'b' }] }),
  ),
  workflowParams: fc.oneof(
    odd,
    fc.record(
      {
        tolerations: odd,
        nodeSelector: fc.oneof(odd, fc.constant({ a: 'b' })),
        podMetadata: odd,
        podSpecPatch: odd,
        volumes: odd,
        ttlStrategy: odd,
        hostNetwork: odd,
      },
      { requiredKeys: [] },
    ),
    fc.constant({ tolerations: [{ operator: 'Exists' }], podSpecPatch: '{"hostUsers":false}' }),
  ),
})
