import { z } from 'zod'
import { field, flag, free, quantity, quotedFlag, quotedWhole, section, stringMap, text, whole, without, word } from './field.ts'

const resources = (cpuLimit: string, memoryLimit: string, cpuRequest: string, memoryRequest: string, of: string) =>
  section(`Resources of ${of}.`, {
    limits: section('May use.', {
      cpu: field(quantity, 'CPU.', { default: cpuLimit, rule: 'quantity' }),
      memory: field(quantity, 'Memory.', { default: memoryLimit, rule: 'quantity' }),
    }),
    requests: section('Reserve.', {
      cpu: field(quantity, 'CPU.', { default: cpuRequest, rule: 'quantity' }),
      memory: field(quantity, 'Memory.', { default: memoryRequest, rule: 'quantity' }),
    }),
  })

/** What the runner and the ingestion pods are told. */
export const configValues = section(
  'What the runner is told.',
  {
    agentId: field(z.union([text, whole]), "The runner's name in Collate; unique.", { isNeeded: true, default: 'RemoteRunner', rule: 'agentId' }),
    authToken: field(
      text,
      "The ingestion bot's token. It is put into a Secret; better name one in `authTokenSecret`. `secret:<name>` has the runner read it from the cloud's store (`secretsManager`), under its own service account.",
      { default: '', rule: 'token' },
    ),
    authTokenSecret: section("A Secret with the ingestion bot's token.", {
      name: field(text, 'Its name.', { example: 'collate-token', rule: 'name' }),
      key: field(text, 'The key that holds the token.', { example: 'token' }),
    }),
    serverHost: field(text, 'Host of Collate.', { isNeeded: true, default: 'my-cluster.getcollate.io', rule: 'host' }),
    serverUrl: field(text, "The link's address as a whole.", { rule: 'linkAddress', mend: 'write the host alone into config.serverHost, which goes first' }),
    serverHostApiUrl: field(text, "The REST API's address as a whole.", {
      rule: 'apiAddress',
      mend: 'write the host alone into config.serverHost, which goes first',
    }),
    useSecureProtocols: field(flag, '`false` speaks ws and http: the token crosses the network in clear text.', { default: true }),
    secretsManager: field(text, 'Where `secret:` references are looked up: `kubernetes`, `managed-aws`, `managed-azure-kv`, `gcp`.', {
      default: 'kubernetes',
      rule: 'secretsManager',
    }),
    secretsCheck: field(
      z.enum(['report', 'enforce', 'resolve', 'off']),
      'What an init container does about `secret:` references before a run starts that holds any: `report` reads each and, if the run fails, its status says which could not be read; `enforce` lets no run start whose references cannot be read; `resolve` puts the values in their place, for images that resolve none; `off` has no such container.',
      { example: 'report' },
    ),
    reconnectDelaySeconds: field(z.union([z.number().min(0), text]), 'Mean wait, in seconds, before the link is tried again: from 0.1 to 60.', {
      example: '5',
      rule: 'seconds',
    }),
    dynamicIngestionVersionEnabled: field(quotedFlag, "The ingestion image's tag follows the version of Collate.", { example: 'true', rule: 'flag' }),
    maxActiveRuns: field(quotedWhole, 'Runs that hold a pod at once; the others wait.', { example: 100, rule: 'count' }),
    maxActiveRunsByType: field(
      z.record(z.string(), z.number().int().min(1)),
      'How many of them may be of one pipeline type; `default` counts for the types that are not named.',
      {
        example: { profiler: 5 },
      },
    ),
    automationSlots: field(quotedWhole, 'Further slots, which only test connections and other automations take.', { example: 5, rule: 'whole' }),
    proxy: section('The way out, where it goes through a proxy. One with a password goes into a Secret with these names as keys, named in `envFrom`.', {
      httpsProxy: field(text, 'Proxy for https and wss.', { example: 'http://proxy.corp:3128', rule: 'proxy' }),
      httpProxy: field(text, 'Proxy for http and ws.', { rule: 'proxy' }),
      noProxy: field(text, 'Hosts reached without it, separated by commas.'),
    }),
    extraCa: section('Certificates that are trusted beside the public ones.', {
      configMap: field(text, 'A ConfigMap that holds them as PEM.', { example: 'corporate-ca', rule: 'name' }),
      key: field(text, 'Its key; `ca.crt` where none is named.', { example: 'ca.crt' }),
    }),
    runTtlSeconds: field(quotedWhole, 'How long an ended run stays in the cluster.', { example: 86_400, rule: 'whole' }),
    hostIp: field(text, 'The address from which ingestion pods reach the outside, for those who open a firewall.', { rule: 'ip' }),
    logLevel: field(z.enum(['debug', 'info', 'warn', 'error']), 'How much the runner logs.', { example: 'info' }),
    ingestionPods: section(
      'The ingestion pods, under both executors.',
      {
        namespace: field(text, "Their namespace; none is the release's.", { example: 'ingestion', rule: 'label' }),
        repository: field(text, 'Repository of their image.', {
          isNeeded: true,
          default: '118146679784.dkr.ecr.eu-west-1.amazonaws.com/collate-customers-ingestion-slim-eu-west-1',
          rule: 'repository',
        }),
        tag: field(word, 'Tag of their image, when it does not follow the server. With a digest behind it (`1.13.3@sha256:...`) it never does.', {
          default: 'om-1.13.3-cl-1.13.3',
          rule: 'tag',
        }),
        imagePullSecrets: field(z.union([text, z.array(text)]), 'Names of pull secrets, separated by commas, or as a list.', {
          default: 'omd-registry-credentials',
          rule: 'names',
        }),
        disableVersionValidation: field(quotedFlag, '`true` lets image and server differ in their versions.', { example: '', rule: 'flag' }),
        serviceAccount: section(
          'Their service account.',
          {
            create: field(flag, 'Whether the chart makes it. Its Role and RoleBinding are made either way.', { isNeeded: true, default: true }),
            name: field(text, 'Its name. Empty: `<release>-ingestion`, or `default` where none is made.', { default: 'ingestion', rule: 'name' }),
            annotations: field(stringMap, 'Its annotations, such as the role of a cloud identity.', { default: {} }),
            automount: field(flag, 'Whether its token is mounted.', { default: true }),
          },
          { isNeeded: true },
        ),
        serviceAccountName: without('give config.ingestionPods.serviceAccount.name'),
        secrets: field(
          z.array(text.min(1)),
          'Names of the Secrets that `secret:` references may read, where Kubernetes is the store. None named: every Secret of their namespace, as the references need no list then.',
          { default: [], example: ['prod-mysql', 'prod-snowflake'], rule: 'name' },
        ),
        automountSAToken: field(quotedFlag, "Whether pods mount the account's token, whatever the account says.", { example: '', rule: 'flag' }),
        autoMountSAToken: field(quotedFlag, 'As automountSAToken.', { mend: 'write config.ingestionPods.automountSAToken; both are read', rule: 'flag' }),
        customerToleration: without('give tolerations by pipeline type in config.ingestionPods.additionalPipelineConfigs'),
        baseImage: without('give config.ingestionPods.repository and tag'),
        resources: resources('1000m', '4096Mi', '1000m', '4096Mi', 'the ingestion pods'),
        automationResources: resources('500m', '512Mi', '200m', '256Mi', 'test connections and other automations'),
        extraEnvs: field(
          z.union([z.array(z.string()), z.string()]),
          'Variables of the pods, each `NAME:value`; as a list, or in one text with commas between.',
          {
            default: [],
            rule: 'variable',
          },
        ),
        additionalPipelineConfigs: field(
          z.union([text, free]),
          'By pipeline type, as JSON or as a map: tolerations, nodeSelector, priorityClass, resources and more.',
          { default: '' },
        ),
        customConfig: section('Fields that are laid over every pod last.', {
          enabled: field(flag, 'Whether they are.', { example: false }),
          containerParams: field(free, 'Fields of the container.', { example: { env: [{ name: 'NAME', value: 'value' }] } }),
          workflowParams: field(free, "Fields of the pod, by Argo's names.", { example: { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } }),
        }),
      },
      { isNeeded: true },
    ),
    argoWorkflows: section('The Argo executor.', {
      endpoint: field(text, "An address selects Argo where it is installed already. Workflows go to the cluster's own API, and no Argo server is asked.", {
        default: '',
      }),
      enabled: without('installArgoWorkflows and config.argoWorkflows.endpoint select Argo', flag),
      backoffTime: without('runs are watched, so there is no pause between two looks'),
      backOffTime: without('runs are watched, so there is no pause between two looks'),
      certificatePath: without('no Argo server is asked, so there is no certificate to check'),
      argoToken: without("Workflows go to the cluster's own API under the runner's own account"),
      secondsAfterCompletionTTL: field(quotedWhole, 'How long an ended Workflow stays.', { example: '604800', rule: 'whole' }),
    }),
  },
  { isNeeded: true },
)
