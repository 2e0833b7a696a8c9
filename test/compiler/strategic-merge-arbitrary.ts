import fc from 'fast-check'

type Fields = Record<string, unknown>

/** An object with any of these fields; a field may be null, which takes it away. */
function some(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Fields> {
  const optional = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fc.option(value, { freq: 6 })]))
  return fc.record(optional, { requiredKeys: [] })
}

/** A list that merges by a key: elements with it, now and then one to be taken out, or all that was there. */
function merging(key: string, keys: readonly unknown[], fields: fc.Arbitrary<Fields>): fc.Arbitrary<Fields[]> {
  const element = fc.tuple(fc.constantFrom(...keys), fields).map(([value, rest]): Fields => ({ ...rest, [key]: value }))
  const deleted = fc.constantFrom(...keys).map((value): Fields => ({ [key]: value, $patch: 'delete' }))
  const directive = fc.oneof(
    { weight: 8, arbitrary: element },
    { weight: 2, arbitrary: deleted },
    { weight: 1, arbitrary: fc.constant<Fields>({ $patch: 'replace' }) },
  )
  return fc.array(directive, { maxLength: 3 })
}

function replaced(fields: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> {
  const directed = fc.tuple(fields, fc.constantFrom('replace', 'delete')).map(([rest, $patch]): Fields => ({ ...rest, $patch }))
  return fc.oneof({ weight: 6, arbitrary: fields }, { weight: 1, arbitrary: directed })
}

const word = fc.constantFrom('a', 'b', 'c')
const words = fc.array(word, { maxLength: 3 })
const keys = { zone: word, disk: word, more: word }
// A map that replaces holds no null: the API server makes an empty text of it, and we nothing, as everywhere else.
const map = fc.oneof(
  { weight: 6, arbitrary: some(keys) },
  { weight: 1, arbitrary: fc.record(keys, { requiredKeys: [] }).map((fields): Fields => ({ ...fields, $patch: 'replace' })) },
  { weight: 1, arbitrary: fc.constant<Fields>({ $patch: 'delete' }) },
)
// Without null and directives: in a container that is new, the API server takes them for an amount of 0 and a name of a resource, and we drop them.
const quantities = fc.record({ cpu: fc.constantFrom('1', '500m', 2), memory: fc.constantFrom('1Gi', 1024) }, { requiredKeys: [] })
const capabilities = some({ add: words, drop: words })
const containerContext = replaced(some({ runAsUser: fc.nat(9), allowPrivilegeEscalation: fc.constant(false), capabilities: replaced(capabilities) }))

const container = some({
  image: fc.constantFrom('example.com/x', 'example.com/y'),
  command: words,
  args: words,
  workingDir: word,
  env: merging('name', ['A', 'B', 'C', 'D', 'E'], some({ value: word })),
  ports: merging('containerPort', [53, 80, 81, 443], some({ hostIP: fc.constantFrom('10.0.0.1', '10.0.0.2') })),
  volumeMounts: merging('mountPath', ['/tmp', '/data', '/more'], some({ name: fc.constantFrom('tmp', 'data'), readOnly: fc.boolean() })),
  resources: replaced(some({ limits: quantities, requests: quantities })),
  securityContext: containerContext,
}).chain((fields) =>
  // The whole list and what to take out of it cannot stand together.
  'args' in fields
    ? fc.constant(fields)
    : fc.option(words, { freq: 1 }).map((args): Fields => (args === null ? fields : { ...fields, '$deleteFromPrimitiveList/args': args })),
)

const volume = fc.oneof(
  fc.constantFrom<Fields>({}, { secret: null, emptyDir: {} }, { $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }),
  some({ emptyDir: replaced(some({ sizeLimit: fc.constant('1Gi') })), secret: replaced(some({ secretName: word, optional: fc.boolean() })) }),
)

/** Patches of a pod's spec, most of which the API server takes in. */
export const anyPatch: fc.Arbitrary<Fields> = some({
  nodeSelector: map,
  tolerations: fc.array(word, { maxLength: 2 }).map((keys) => keys.map((key) => ({ key, operator: 'Exists' }))),
  imagePullSecrets: merging('name', ['one', 'two', 'three'], fc.constant({})),
  hostAliases: merging('ip', ['10.0.0.1', '10.0.0.2'], some({ hostnames: words })),
  topologySpreadConstraints: merging(
    'topologyKey',
    ['zone', 'host', 'rack'],
    some({ maxSkew: fc.integer({ min: 1, max: 3 }) }).map((fields) => ({ whenUnsatisfiable: 'ScheduleAnyway', ...fields })),
  ),
  securityContext: replaced(some({ runAsUser: fc.nat(9), supplementalGroups: fc.array(fc.nat(9), { maxLength: 2 }) })),
  affinity: replaced(
    some({ podAntiAffinity: replaced(some({ requiredDuringSchedulingIgnoredDuringExecution: fc.constantFrom([], [{ topologyKey: 'x' }]) })) }),
  ),
  containers: merging('name', ['main', 'side', 'new'], container),
  volumes: merging('name', ['tmp', 'data', 'more'], volume),
})
