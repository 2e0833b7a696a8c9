import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programPath } from './build-cache.ts'
import { startDaemon } from './daemons.ts'
import type { DaemonPlace } from './daemons.ts'
import type { ClusterPaths } from './folders.ts'
import { callJson } from './kubernetes-api.ts'
import type { KubernetesApi } from './kubernetes-api.ts'
import type { Network } from './network.ts'
import { KWOK_PROGRAMS } from './versions.ts'
import { waitFor } from './waiting.ts'

/** How long a played pod runs, as Go writes a duration; 500ms without it. */
export const DURATION_ANNOTATION = 'hybrid-runner.test/duration'
/** With this annotation, whatever its value, a played pod ends as Failed with exit code 1. */
export const FAILS_ANNOTATION = 'hybrid-runner.test/fails'
/** A pod with this annotation runs until it is deleted. */
export const RUNS_ON_ANNOTATION = 'hybrid-runner.test/runs-on'

const NODES = 4

/** Starts kwok with nodes that only play their pods: each becomes Running at once, and ends when its time is over. */
export async function startKwok(api: KubernetesApi, paths: ClusterPaths, network: Network, place: DaemonPlace, signal?: AbortSignal): Promise<void> {
  const [kwok] = KWOK_PROGRAMS.map(programPath)
  if (kwok === undefined) throw new Error("the list of kwok's programs is empty")
  const stages = join(paths.node, 'kwok-stages.yaml')
  await writeFile(
    stages,
    podStages()
      .map((stage) => JSON.stringify(stage))
      .join('\n---\n'),
  )
  const args = [
    `--kubeconfig=${paths.kubeconfig}`,
    '--manage-all-nodes=true',
    `--cidr=${network.podCidr}`,
    `--node-ip=${network.nodeIp}`,
    '--node-lease-duration-seconds=40',
    `--config=${stages}`,
  ]
  const daemon = startDaemon(place, { name: 'kwok', command: kwok, args })
  const names = Array.from({ length: NODES }, (_value, index) => `kwok-${index + 1}`)
  await Promise.all(names.map((name) => callJson(api, { method: 'POST', path: '/api/v1/nodes', body: nodeNamed(name) })))
  await daemon.whileAlive(Promise.all(names.map((name) => waitFor(() => readyNode(api, name), { what: `readiness of node ${name}`, signal }))))
}

function nodeNamed(name: string): unknown {
  const size = { cpu: '1k', memory: '4Ti', pods: '100k' }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } }, status: { capacity: size, allocatable: size } }
}

async function readyNode(api: KubernetesApi, name: string): Promise<true | undefined> {
  const node = (await callJson(api, { method: 'GET', path: `/api/v1/nodes/${name}` })) as unknown as {
    spec: { taints?: readonly { key: string }[] }
    status: { conditions?: readonly { type: string; status: string }[] }
  }
  const ready = node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
  return ready && !node.spec.taints?.some(({ key }) => key.startsWith('node.kubernetes.io/')) ? true : undefined
}

type Requirement = { readonly key: string; readonly operator: 'Exists' | 'DoesNotExist' | 'In' | 'NotIn'; readonly values?: readonly string[] }

const annotation = (name: string, operator: 'Exists' | 'DoesNotExist'): Requirement => ({ key: `.metadata.annotations["${name}"]`, operator })
const ALIVE: Requirement = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' }
const DELETED: Requirement = { key: '.metadata.deletionTimestamp', operator: 'Exists' }
const RUNNING: Requirement = { key: '.status.phase', operator: 'In', values: ['Running'] }

function podStages(): readonly unknown[] {
  const delay = { durationMilliseconds: 500, durationFrom: { expressionFrom: `.metadata.annotations["${DURATION_ANNOTATION}"]` } }
  const ends = [ALIVE, RUNNING, annotation(RUNS_ON_ANNOTATION, 'DoesNotExist')]
  return [
    stage('pod-run', [ALIVE, { key: '.status.podIP', operator: 'DoesNotExist' }], { statusTemplate: RUN_TEMPLATE }),
    stage('pod-succeed', [...ends, annotation(FAILS_ANNOTATION, 'DoesNotExist')], { statusTemplate: endTemplate('Succeeded', 0, 'Completed') }, delay),
    stage('pod-fail', [...ends, annotation(FAILS_ANNOTATION, 'Exists')], { statusTemplate: endTemplate('Failed', 1, 'Error') }, delay),
    stage('pod-kill', [DELETED, RUNNING], { statusTemplate: endTemplate('Failed', 137, 'Error') }),
    // The finalizers stay: who put one on a pod takes it off, as with a real kubelet.
    stage('pod-delete', [DELETED, { key: '.status.phase', operator: 'NotIn', values: ['Running'] }], { delete: true }),
  ]
}

function stage(name: string, matchExpressions: readonly Requirement[], next: object, delay?: object): unknown {
  const spec = { resourceRef: { apiGroup: 'v1', kind: 'Pod' }, selector: { matchExpressions }, next, ...(delay && { delay }) }
  return { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Stage', metadata: { name }, spec }
}

const RUN_TEMPLATE = `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
conditions:
{{ range $type := list "Initialized" "Ready" "ContainersReady" }}
- {type: {{ $type }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, restartCount: 0, state: {running: {startedAt: {{ $now | Quote }}}}}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, restartCount: 0, state: {terminated: {exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}
`

function endTemplate(phase: string, exitCode: number, reason: string): string {
  return `
{{ $now := Now }}
phase: ${phase}
conditions:
{{ range $type := list "Ready" "ContainersReady" }}
- {type: {{ $type }}, status: "False", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
containerStatuses:
{{ $started := .status.startTime }}
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: false, restartCount: 0, state: {terminated: {exitCode: ${exitCode}, reason: ${reason}, startedAt: {{ $started | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}
`
}
