import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { agentLabelValue, LABEL_AGENT, LABEL_RECORD } from '../../compiler/labels.ts'
import { podName } from '../../compiler/names.ts'
import { parseRecord } from '../../compiler/record-config-map.ts'
import type { StoredRecord } from '../../compiler/record.ts'
import type { Cluster, Kind, Wire } from '../cluster/cluster.ts'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { hasStarted, type ObservedPod, observePod } from '../observe/observed-pod.ts'
import { pendingReason } from '../observe/pending.ts'
import { formatTable } from './table.ts'

interface RunsOptions {
  readonly namespace: string
  readonly agent?: string
  readonly output: 'table' | 'yaml' | 'json'
}

/** One run, as people look at it. */
interface RunRow {
  readonly runId: string
  readonly pipeline: string
  readonly state: string
  /** In the queue, from 1; null once it has a pod. */
  readonly place: number | null
  readonly ageSeconds: number
  readonly pod: string
  readonly reason: string
}

const EXAMPLE = `
Example:
  hybrid-runner runs --namespace ingestion -o yaml`

/** `runs`: the records of the cluster, in the order of their acceptance. */
export function runsCommand(): Command {
  return new Command('runs')
    .description('the runs this cluster knows: state, place in the queue, age, pod')
    .addOption(new Option('-n, --namespace <name>', 'namespace of the ingestion pods').env('INGESTION_NAMESPACE').default('default'))
    .addOption(new Option('--agent <id>', 'only the runs of this runner').env('AGENT_ID'))
    .addOption(new Option('-o, --output <format>').choices(['table', 'yaml', 'json']).default('table'))
    .addHelpText('after', EXAMPLE)
    .action(showRuns)
}

async function showRuns({ namespace, agent, output }: RunsOptions): Promise<void> {
  const cluster = connectKubeCluster({ namespace })
  const selector = agent === undefined ? LABEL_RECORD : `${LABEL_AGENT}=${agentLabelValue(agent)},${LABEL_RECORD}`
  const records = (await listAll(cluster, 'configmaps', selector)).flatMap((configMap) => {
    const parsed = parseRecord(configMap)
    return parsed.ok ? [parsed.value] : []
  })
  const pods = new Map((await listAll(cluster, 'pods', selector)).map((pod) => [pod.metadata?.name ?? '', observePod(pod)]))
  process.stdout.write(`${format(rowsOf(records, pods, Date.now()), output)}\n`)
}

async function listAll<K extends Kind>(cluster: Cluster, kind: K, labelSelector: string): Promise<Wire<K>[]> {
  const items: Wire<K>[] = []
  let page = await cluster.list(kind, { labelSelector, limit: 500 })
  for (;;) {
    items.push(...page.items)
    if (page.continueToken === undefined) return items
    page = await cluster.list(kind, { labelSelector, limit: 500, continueToken: page.continueToken })
  }
}

/** In the order of the queue: acceptance, then name. */
export function rowsOf(records: readonly StoredRecord[], pods: ReadonlyMap<string, ObservedPod>, nowMs: number): RunRow[] {
  const ordered = records.toSorted((one, other) => one.spec.acceptedAtMs - other.spec.acceptedAtMs || (one.name < other.name ? -1 : 1))
  let place = 0
  return ordered.map((record) => {
    const pod = pods.get(podName(record.name, record.status.attempt))
    const isWaiting = record.status.phase === 'Queued' && pod === undefined
    if (isWaiting) place += 1
    return { ...rowOf(record, pod), place: isWaiting ? place : null, ageSeconds: Math.max(0, Math.round((nowMs - record.spec.acceptedAtMs) / 1000)) }
  })
}

function rowOf(record: StoredRecord, pod: ObservedPod | undefined): Omit<RunRow, 'place' | 'ageSeconds'> {
  const { end, kill } = record.status
  const common = { runId: record.spec.runId, pipeline: record.spec.pipeline.fullyQualifiedName, pod: pod?.name ?? '' }
  if (end !== undefined) {
    return { ...common, state: end.isAcknowledged ? end.state : `${end.state} (not told yet)`, reason: [end.failureClass, end.message].filter(Boolean).join(': ') }
  }
  if (kill !== undefined) return { ...common, state: 'stopping', reason: kill.reason }
  if (pod !== undefined && hasStarted(pod)) return { ...common, state: 'running', reason: '' }
  const pending = pod === undefined ? undefined : pendingReason(pod)
  return { ...common, state: 'queued', reason: pending === undefined ? '' : `${pending.failureClass}: ${pending.message}` }
}

function format(rows: readonly RunRow[], output: RunsOptions['output']): string {
  if (output === 'json') return JSON.stringify(rows, null, 2)
  if (output === 'yaml') return stringify(rows, { lineWidth: 0 }).trimEnd()
  const heading = ['RUN', 'PIPELINE', 'STATE', 'PLACE', 'AGE', 'POD', 'REASON']
  return formatTable([heading, ...rows.map((row) => [row.runId, row.pipeline, row.state, row.place === null ? '' : String(row.place), `${row.ageSeconds}s`, row.pod, row.reason])])
}
