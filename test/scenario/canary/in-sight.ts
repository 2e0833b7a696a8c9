import { readdir, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { LABEL_RECORD, LABEL_ROLE } from '../../../compiler/labels.ts'
import { PAYLOAD_ROLE } from '../../../compiler/payload.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import type { KubernetesObject } from '../place.ts'
import type { RunRequest } from '../run-request.ts'
import type { Scenario } from '../scenario.ts'

/** Every kind of object in the namespace that anybody of the runner or Kubernetes makes there, but Secrets. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  '/api/v1': ['pods', 'configmaps', 'events', 'serviceaccounts', 'services', 'endpoints', 'persistentvolumeclaims', 'replicationcontrollers', 'podtemplates'],
  '/apis/batch/v1': ['jobs', 'cronjobs'],
  '/apis/coordination.k8s.io/v1': ['leases'],
  '/apis/apps/v1': ['deployments', 'replicasets', 'controllerrevisions'],
  '/apis/events.k8s.io/v1': ['events'],
  '/apis/rbac.authorization.k8s.io/v1': ['roles', 'rolebindings'],
}

/** Beside them, where Argo runs the pods. */
const KINDS_OF_ARGO: typeof KINDS = {
  '/apis/argoproj.io/v1alpha1': ['workflows', 'cronworkflows', 'workflowtasksets', 'workflowtaskresults', 'workflowtemplates'],
}

/** All that anybody but the owner of a secret may come to see, by where it was seen. */
export async function everythingInSight(scenario: Scenario, customers: readonly string[], runs: readonly RunRequest[] = []): Promise<Map<string, string>> {
  return new Map([
    ...(await objects(scenario)),
    ...(await secretsOfNobody(scenario, customers)),
    ...(await logsOfContainers(scenario)),
    ...(await toldToCollate(scenario)),
    ...(await logsAtCollate(scenario, runs)),
    ...(await commandLines()),
    // A release's runner is a pod, and looked at as such.
    ...(scenario.place.program === '' ? [] : await ofRunnerProcess(scenario)),
  ])
}

async function listed({ cluster, namespace }: Scenario, root: string, resource: string): Promise<readonly KubernetesObject[]> {
  const answer = await callJson(cluster.api, { method: 'GET', path: `${root}/namespaces/${namespace}/${resource}` })
  return answer['items'] as readonly KubernetesObject[]
}

/** Specs, statuses, termination messages and records are all parts of objects. */
async function objects(scenario: Scenario): Promise<[string, string][]> {
  const all = { ...KINDS, ...(scenario.place.executor === 'argo' ? KINDS_OF_ARGO : {}) }
  const kinds = Object.entries(all).flatMap(([root, resources]) => resources.map((resource) => ({ root, resource })))
  const lists = await Promise.all(kinds.map(async ({ root, resource }) => ({ resource, items: await listed(scenario, root, resource) })))
  return lists.flatMap(({ resource, items }) => items.map((object): [string, string] => [`${resource}/${object.metadata.name}`, JSON.stringify(object)]))
}

/** Of payloads all but what they are for; the customer's own not at all; what Helm keeps of a release, unpacked; whatever else there is, whole. */
async function secretsOfNobody(scenario: Scenario, customers: readonly string[]): Promise<[string, string][]> {
  const secrets = (await listed(scenario, '/api/v1', 'secrets')).filter(({ metadata }) => !customers.includes(metadata.name))
  return secrets.map((secret) => {
    const isPayload = secret.metadata.labels?.[LABEL_ROLE] === PAYLOAD_ROLE
    const shown = isPayload ? { ...secret, data: Object.keys(secret.data ?? {}) } : secret
    return [`secrets/${secret.metadata.name}`, JSON.stringify({ ...shown, release: releaseIn(secret) })]
  })
}

/** Values, chart, manifests and notes of a release, as Helm keeps them: JSON, gzipped, in base64 of its own. */
function releaseIn({ metadata, data }: Pick<KubernetesObject, 'metadata' | 'data'>): string | undefined {
  if (!metadata.name.startsWith('sh.helm.release.')) return undefined
  const packed = Buffer.from(data?.['release'] ?? '', 'base64').toString()
  return gunzipSync(Buffer.from(packed, 'base64')).toString()
}

interface PodSpec {
  readonly initContainers?: readonly { readonly name: string }[]
  readonly containers: readonly { readonly name: string }[]
}

/** What the runner's own code and Argo's say in pods. What the program of a run says is its own. */
async function logsOfContainers({ cluster, namespace }: Scenario): Promise<[string, string][]> {
  const answer = await callJson(cluster.api, { method: 'GET', path: `/api/v1/namespaces/${namespace}/pods` })
  const containers = (answer['items'] as readonly KubernetesObject[]).flatMap(({ metadata, spec }) => {
    const { initContainers = [], containers: others } = spec as unknown as PodSpec
    const isRun = metadata.labels?.[LABEL_RECORD] !== undefined
    return [...initContainers, ...others].filter(({ name }) => !isRun || name !== 'main').map(({ name }) => ({ pod: metadata.name, name }))
  })
  return Promise.all(
    containers.map(async ({ pod, name }): Promise<[string, string]> => {
      const { body } = await cluster.api({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${name}` })
      return [`the log of ${pod}'s container ${name}`, body]
    }),
  )
}

async function logsAtCollate({ collate }: Scenario, runs: readonly RunRequest[]): Promise<[string, string][]> {
  const logs = runs.map(async ({ runId, ingestionPipeline }): Promise<[string, string]> => {
    const log = await collate.log(ingestionPipeline.fullyQualifiedName, runId)
    return [`the log of ${runId} at Collate`, log?.text ?? '']
  })
  return Promise.all(logs)
}

/** Statuses, results of automations and frames: all that the runner wrote, and none of what was written to it. */
async function toldToCollate({ collate }: Scenario): Promise<[string, string][]> {
  const ofRunner = (await collate.requests()).filter(({ token }) => token === 'runner')
  const received = (await collate.frames()).filter(({ direction }) => direction === 'received')
  const statuses = (await collate.history()).filter(({ writer }) => writer === 'runner')
  const results = (await collate.workflows()).map((workflow) => ('response' in workflow ? workflow['response'] : undefined))
  return [
    ['the results of automations', JSON.stringify(results)],
    ["the runner's calls to Collate", JSON.stringify(ofRunner)],
    ["the runner's frames", JSON.stringify(received)],
    ["the runner's statuses", JSON.stringify(statuses)],
  ]
}

async function ofRunnerProcess(scenario: Scenario): Promise<[string, string][]> {
  const { metricsPort } = await scenario.runner().waitForLine('runner started')
  const metrics = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text()
  return [
    ["the runner's output", scenario.runner().output],
    ['/metrics', metrics],
  ]
}

/** Of all processes of this machine, those in pods among them. */
async function commandLines(): Promise<[string, string][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = pids.map(async (pid): Promise<[string, string]> => [
    `the command line of process ${pid}`,
    await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ])
  return Promise.all(read)
}
