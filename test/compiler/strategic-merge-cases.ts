/** A pod's spec with a list of every kind, as a base of patches. */
export const BASE = {
  restartPolicy: 'Always',
  serviceAccountName: 'ingestion',
  nodeSelector: { zone: 'a', disk: 'ssd' },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['one'] }],
  topologySpreadConstraints: [
    { topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
    { topologyKey: 'host', maxSkew: 2, whenUnsatisfiable: 'ScheduleAnyway' },
  ],
  securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, supplementalGroups: [1, 2] },
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: { matchLabels: { a: 'b' } } }] } },
  containers: [
    {
      name: 'main',
      image: 'example.com/main',
      command: ['python', 'main.py'],
      args: ['a', 'b', 'c'],
      env: [
        { name: 'A', value: '1' },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'C', value: '3' },
      ],
      envFrom: [{ secretRef: { name: 'more' } }],
      ports: [
        { containerPort: 53, protocol: 'TCP', name: 'tcp' },
        { containerPort: 53, protocol: 'UDP', name: 'udp' },
        { containerPort: 80, name: 'web' },
      ],
      resources: { limits: { memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'data', mountPath: '/data', readOnly: true },
      ],
    },
    { name: 'side', image: 'example.com/side' },
  ],
  volumes: [
    { name: 'tmp', emptyDir: {} },
    { name: 'data', secret: { secretName: 'data' } },
  ],
}

const main = (patch: object): object => ({ containers: [{ name: 'main', ...patch }] })

/** Patches of a pod's spec that the API server takes in, by what they show. */
export const PATCHES: Readonly<Record<string, object>> = {
  'nothing': {},
  'a map grows and a key of it changes': { nodeSelector: { disk: 'hdd', more: 'x' } },
  'null takes a key out of a map': { nodeSelector: { disk: null, none: null } },
  'null takes a field away': { nodeSelector: null, hostAliases: null, securityContext: null },
  'a field that was not there comes': { priorityClassName: 'high', dnsConfig: { nameservers: ['10.0.0.2'] } },
  'tolerations are replaced whole': { tolerations: [{ key: 'b', operator: 'Exists' }] },
  'an empty list replaces, and merges to what was there': { tolerations: [], imagePullSecrets: [] },
  'pull secrets merge by name': { imagePullSecrets: [{ name: 'three' }, { name: 'two' }] },
  'host aliases merge by ip and their names are replaced': {
    hostAliases: [
      { ip: '10.0.0.1', hostnames: ['x'] },
      { ip: '10.0.0.2', hostnames: ['y'] },
    ],
  },
  'spread constraints merge by topology key': {
    topologySpreadConstraints: [
      { topologyKey: 'host', maxSkew: 5 },
      { topologyKey: 'rack', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' },
    ],
  },
  'environment merges by name, new ones first': main({
    env: [
      { name: 'Z', value: '26' },
      { name: 'C', value: 'three' },
    ],
  }),
  'environment in another order': main({
    env: [
      { name: 'C', value: 'c' },
      { name: 'A', value: 'a' },
    ],
  }),
  'environment with one taken out': main({
    env: [
      { name: 'B', $patch: 'delete' },
      { name: 'D', value: '4' },
    ],
  }),
  'environment replaced whole': main({ env: [{ $patch: 'replace' }, { name: 'D', value: '4' }] }),
  'a value in the place of a reference': main({ env: [{ name: 'B', value: 'b', valueFrom: null }] }),
  'the same name twice': main({
    env: [
      { name: 'N', value: '1' },
      { name: 'N', value: '2' },
      { name: 'A', value: '3' },
    ],
  }),
  'ports merge by number, the first of two': main({ ports: [{ containerPort: 53, name: 'dns' }, { containerPort: 443 }] }),
  'a port taken out takes both of its number': main({ ports: [{ containerPort: 53, $patch: 'delete' }] }),
  'mounts merge by path': main({
    volumeMounts: [
      { mountPath: '/data', name: 'tmp' },
      { mountPath: '/more', name: 'data' },
    ],
  }),
  'resources merge deep': main({ resources: { limits: { cpu: '2' }, requests: { cpu: null, memory: 1024 } } }),
  'command and arguments are replaced': main({ command: ['sh'], args: ['-c', 'true'] }),
  'arguments are taken out by value': main({ '$deleteFromPrimitiveList/args': ['b', 'x'] }),
  'a list that is not there stays away': main({ '$deleteFromPrimitiveList/command': ['python'] }),
  'a security context merges, its lists are replaced': main({ securityContext: { capabilities: { add: ['NET_BIND_SERVICE'], drop: ['NET_RAW'] } } }),
  'a security context is replaced': main({ securityContext: { $patch: 'replace', runAsUser: 5, runAsGroup: null } }),
  'a security context is emptied': main({ securityContext: { $patch: 'delete' } }),
  'what tells to replace nothing comes to nothing': { dnsConfig: { $patch: 'replace', nameservers: ['10.0.0.2'] } },
  'a new container comes first': {
    containers: [
      { name: 'new', image: 'example.com/new', env: [{ name: 'A', value: null }], workingDir: null },
      { name: 'side', image: 'example.com/other' },
    ],
  },
  'a container is taken out': { containers: [{ name: 'side', $patch: 'delete' }] },
  'a volume changes its source': {
    volumes: [{ name: 'data', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }],
  },
  'a volume changes its source with null': { volumes: [{ name: 'data', secret: null, emptyDir: { sizeLimit: '1Gi' } }] },
  'a volume gets a second source, which nobody takes': { volumes: [{ name: 'data', emptyDir: {} }] },
  'affinity merges by object and is replaced by list': {
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] },
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] },
      },
    },
  },
  'affinity with lists in null': { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } },
  'init containers come': { initContainers: [{ name: 'init', image: 'example.com/init' }] },
  'groups are replaced': { securityContext: { supplementalGroups: [3], runAsUser: null } },
  'lists are replaced by nothing': { containers: [{ name: 'main', ports: null, env: null, volumeMounts: null }] },
}
