import { CUSTOM, NAME, NO_JSON, pods, table, TABLE, type RefusedValues } from './refused-values.ts'

/** Of the table by pipeline type and the operator's own fields, refused in words of the chart's own. */
export const REFUSED_TABLES: readonly RefusedValues[] = [
  { name: 'a table that is no JSON', values: table('{metadata: {}}'), lines: [NO_JSON] },
  { name: 'a table that is a list', values: table('[]'), lines: [NO_JSON] },
  {
    name: 'an entry that is no map',
    values: table({ metadata: 'big' }),
    lines: [`${TABLE}.metadata: is a text, and must be a map. Its keys are tolerations, nodeSelector, priorityClass, priorityClassName, resources.`],
  },
  {
    name: 'tolerations as a text',
    values: table({ metadata: { tolerations: 'dedicated' } }),
    lines: [`${TABLE}.metadata.tolerations: is a text, and must be a list. Write each item behind "- ", on a line of its own.`],
  },
  {
    name: 'a toleration as a text',
    values: table({ metadata: { tolerations: ['dedicated'] } }),
    lines: [`${TABLE}.metadata.tolerations[0]: is a text, and must be a map. Write its entries below it, each as key: value.`],
  },
  {
    name: 'a toleration as a map, under Argo',
    values: { installArgoWorkflows: true, ...table({ metadata: { toleration: { key: 'a' } } }) },
    lines: [
      `${TABLE}.metadata.toleration: is a map, and must be a text of at most 63 letters, digits, "-", "_" and ".", that begins and ends with a letter or digit. Write one value behind the colon.`,
    ],
  },
  {
    name: 'a label of nodes as a number',
    values: table({ profiler: { nodeSelector: { disk: 1 } } }),
    lines: [
      `${TABLE}.profiler.nodeSelector.disk: is a number, and must be a text of at most 63 letters, digits, "-", "_" and ".", that begins and ends with a letter or digit. Put it in quotes.`,
    ],
  },
  {
    name: 'a field that no entry has',
    values: table({ lineage: { nodeselector: {} } }),
    lines: [`${TABLE}.lineage.nodeselector: is no field of an entry. Did you mean ${TABLE}.lineage.nodeSelector?`],
  },
  {
    name: 'null for a toleration, an amount and a label',
    values: table({ metadata: { tolerations: [null], resources: { limits: { cpu: null } }, nodeSelector: { pool: null } } }),
    lines: [
      `${TABLE}.metadata.nodeSelector.pool: is null, and must be a text of at most 63 letters, digits, "-", "_" and ".", that begins and ends with a letter or digit.`,
      `${TABLE}.metadata.resources.limits.cpu: is null, and must be a quantity such as 500m, 2 or 4096Mi.`,
      `${TABLE}.metadata.tolerations[0]: is null, and must be a map.`,
    ],
  },
  {
    name: 'names and labels in a table that are none',
    values: table({ metadata: { priorityClass: 'High Priority', nodeSelector: { pool: 'a b' } } }),
    lines: [
      `${TABLE}.metadata.nodeSelector.pool: must be a text of at most 63 letters, digits, "-", "_" and ".", that begins and ends with a letter or digit.`,
      `${TABLE}.metadata.priorityClass: ${NAME}`,
    ],
  },
  { name: 'a table that is null', values: table('null'), lines: [NO_JSON] },
  {
    name: 'hosts that no address can hold',
    values: { config: { serverHost: 'acme.getcollate.io:99999', proxy: { httpsProxy: 'http://user:pass#word@proxy.corp' } } },
    lines: [
      'config.serverHost: must be a host such as acme.getcollate.io, without https:// before it; config.useSecureProtocols says which protocol.',
      'config.proxy.httpsProxy: must be an address such as http://proxy.corp:3128; in a user or password before it, what is special is percent-encoded.',
    ],
  },
  {
    name: 'old addresses of another protocol',
    values: { config: { serverUrl: 'https://acme.getcollate.io', serverHostApiUrl: 'acme.getcollate.io/api' } },
    lines: [
      'config.serverUrl: must be an address such as wss://acme.getcollate.io.',
      'config.serverHostApiUrl: must be an address such as https://acme.getcollate.io/api.',
    ],
  },
  {
    name: 'resources of an entry that are none',
    values: table({ profiler: { resources: { limits: '1Gi', requests: { memory: ['1Gi'] }, limit: {} } } }),
    lines: [
      `${TABLE}.profiler.resources.limit: is no key of resources. Did you mean ${TABLE}.profiler.resources.limits?`,
      `${TABLE}.profiler.resources.limits: is a text, and must be a map. Write its entries below it, each as key: value.`,
      `${TABLE}.profiler.resources.requests.memory: is a list, and must be a quantity such as 500m, 2 or 4096Mi. Write one value behind the colon.`,
    ],
  },
  {
    name: "a table of the operator's own that is no JSON",
    values: { extraEnvs: [{ name: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', value: '{' }] },
    lines: ['extraEnvs[SIMPLEK8S_PIPELINE_TYPE_CONFIGS]: must be JSON, a map with an entry for each pipeline type. Check its quotes, commas and brackets.'],
  },
  {
    name: 'fields of the container that are none, or of a wrong form',
    values: pods({ customConfig: { enabled: true, containerParams: { volumeMount: [], env: { A: 'b' }, tty: 'yes' } } }),
    lines: [
      `${CUSTOM}.containerParams.env: is a map, and must be a list. Write each item behind "- ", on a line of its own.`,
      `${CUSTOM}.containerParams.tty: is a text, and must be true or false. Write it without quotes.`,
      `${CUSTOM}.containerParams.volumeMount: is no field of a container. Did you mean ${CUSTOM}.containerParams.volumeMounts?`,
    ],
  },
  {
    name: 'fields of the pod that are none, or of a wrong form',
    values: pods({ customConfig: { enabled: true, workflowParams: { toleration: [], nodeSelector: 'pool', activeDeadlineSeconds: '60' } } }),
    lines: [
      `${CUSTOM}.workflowParams.activeDeadlineSeconds: is a text, and must be a number. Write its digits without quotes.`,
      `${CUSTOM}.workflowParams.nodeSelector: is a text, and must be a map. Write its entries below it, each as key: value.`,
      `${CUSTOM}.workflowParams.toleration: is no field of a pod. Did you mean ${CUSTOM}.workflowParams.tolerations?`,
    ],
  },
  {
    name: 'fields of a pod in a WorkflowSpec',
    values: {
      installArgoWorkflows: true,
      ...pods({ customConfig: { enabled: true, workflowParams: { runtimeClassName: 'gvisor', initContainers: [{}], ttlStrategie: {} } } }),
    },
    lines: [
      `${CUSTOM}.workflowParams.initContainers: must stand in podSpecPatch: it is a field of a pod and none of Argo's WorkflowSpec.`,
      `${CUSTOM}.workflowParams.runtimeClassName: must stand in podSpecPatch: it is a field of a pod and none of Argo's WorkflowSpec.`,
      `${CUSTOM}.workflowParams.ttlStrategie: is no field of Argo's WorkflowSpec. Did you mean ${CUSTOM}.workflowParams.ttlStrategy?`,
    ],
  },
]
