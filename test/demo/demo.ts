/** `make demo`: a run request comes over the link and ends as a finished pod on a real cluster, before your eyes. */
import { parseArgs, styleText } from 'node:util'
import { formatTable } from '../../reconciler/cli/table.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { InputError, MachineError } from '../cluster/machine-error.ts'
import { waitForPod } from '../cluster/pods.ts'
import { consoleProgress, silentProgress } from '../cluster/progress.ts'
import type { StatusWrite } from '../collate/entries.ts'
import { openPlace, type Place } from '../scenario/place.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'
import { type Interruption, takeInterrupts } from './interruption.ts'

const HELP = `make demo, or: node test/demo/demo.ts [--keep] [--seconds N] [--name NAME]

Brings up a Kubernetes cluster on this machine (or uses the one of KUBECONFIG), Collate's side of the link and the runner, sends one
metadata run and shows what becomes of it. On a terminal all of it stays up until Ctrl-C, to look around in. Ctrl-C at any moment stops and
deletes what the demo started.

  --keep         stay up until Ctrl-C also without a terminal
  --seconds N    how long the ingestion pretends to work (default 3)
  --name NAME    name of the cluster (default demo)
`

/** The first version whose pods are told which runner started them. */
const SERVER_VERSION = '1.13.3'

interface Options {
  readonly name: string
  readonly seconds: number
  readonly staysUp: boolean
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      keep: { type: 'boolean' },
      name: { type: 'string', default: 'demo' },
      seconds: { type: 'string', default: '3' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    process.exit(0)
  }
  return { name: values.name, seconds: Number(values.seconds), staysUp: values.keep === true || process.stdout.isTTY }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function heading(text: string): void {
  say(`\n${styleText('bold', text)}`)
}

const SECONDS_WIDTH = 7
const STATE_WIDTH = 9

function row(seconds: string, state: string, told: string, pod: string): void {
  say(`  ${seconds.padStart(SECONDS_WIDTH)}  ${state.padEnd(STATE_WIDTH)}  ${told.padEnd(20)}  ${pod}`)
}

/** Shows each state as it arrives at Collate's side, up to the last one. */
async function showStates(scenario: Scenario, request: RunRequest): Promise<StatusWrite> {
  const startedMs = Date.now()
  const elapsed = (atMs: number): string => ((atMs - startedMs) / 1000).toFixed(1)
  row('SECONDS', 'STATE', 'TOLD BY', 'POD')
  const answer = await scenario.collate.call('pipeline/run', request, { queuedFor: request.ingestionPipeline.fullyQualifiedName })
  row(elapsed(Date.now()), 'accepted', `the runner: ${'result' in answer ? (answer.result as { code: number }).code : JSON.stringify(answer)}`, '')
  let afterSeq = 0
  for (;;) {
    const write = await scenario.collate.waitForStatus({ runId: request.runId, afterSeq })
    afterSeq = write.seq
    const [pod] = await scenario.pods()
    row(elapsed(write.at), write.status.pipelineState, TOLD_BY[write.writer ?? ''] ?? 'somebody', pod?.metadata.name ?? '')
    if (write.status.endDate !== undefined && write.status.pipelineState !== 'running') return write
  }
}

const TOLD_BY: Readonly<Record<string, string>> = { server: 'Collate itself', bot: 'the pod', runner: 'the runner' }

async function showLog(scenario: Scenario): Promise<void> {
  const [pod] = await scenario.pods()
  const name = pod?.metadata.name ?? ''
  // The pod tells its end itself, a moment before the kubelet sees it; until then the log may be cut.
  await waitForPod(scenario.cluster, scenario.namespace, name, ['Succeeded', 'Failed'])
  const path = `/api/v1/namespaces/${scenario.namespace}/pods/${name}/log`
  const { body } = await scenario.cluster.api({ method: 'GET', path })
  say(body.trimEnd().replaceAll(/^/gm, '  '))
}

function showWhatNext(scenario: Scenario, ports: { readonly metrics: unknown; readonly health: unknown }, staysUp: boolean): void {
  const { cluster, namespace } = scenario
  if (!staysUp) return
  heading('Look around, in another terminal here:')
  const rows = [
    [`export PATH=$PWD/.tools/bin:$PATH KUBECONFIG=${cluster.kubeconfigPath}`, ''],
    [`kubectl -n ${namespace} get pods,configmaps --show-labels`, 'the pod and the record of the run'],
    [`kubectl -n ${namespace} get configmap -l hybrid-runner.collate.io/role=record -o yaml`, 'all that the runner knows of it'],
    [`npx hybrid-runner runs -n ${namespace}`, 'the same, as the runner tells it'],
    [`curl -s http://127.0.0.1:${String(ports.metrics)}/metrics | grep collate_`, 'its metrics'],
    [`curl -s http://127.0.0.1:${String(ports.health)}/livez`, 'whether it makes progress'],
  ]
  say(formatTable(rows).replaceAll(/^/gm, '  '))
  heading('Stop everything: Ctrl-C')
}

/** Plays it all in a place that is ready, and says whether the run succeeded. */
async function play(scenario: Scenario, { seconds, staysUp }: Options): Promise<boolean> {
  const runner = await scenario.startRunner()
  const { metricsPort, healthPort } = await runner.waitForLine('runner started')
  say(`  the runner ${scenario.environment['AGENT_ID'] ?? ''} is linked to Collate`)
  heading('One metadata run, sent over the WebSocket')
  const request = scenario.request({ simulate: { seconds } })
  const end = await showStates(scenario, request)
  heading('Its log')
  await showLog(scenario)
  showWhatNext(scenario, { metrics: metricsPort, health: healthPort }, staysUp)
  return end.status.pipelineState === 'success'
}

async function playIn(place: Place, options: Options, interruption: Interruption): Promise<boolean> {
  const scenario = await prepareScenario({ place })
  try {
    const succeeded = await interruption.unless(play(scenario, options))
    if (options.staysUp) await interruption.happened()
    return succeeded
  } finally {
    heading('Stopping everything')
    await scenario.stop()
  }
}

async function demo(options: Options, interruption: Interruption): Promise<boolean> {
  const progress = consoleProgress(process.stderr)
  heading('Bringing up Kubernetes, Collate’s side of the link, and the runner')
  const wanted = { name: options.name, nodes: 'kubelet', auditLog: true, reuse: true, signal: interruption.signal } as const
  const cluster = await startCluster({ ...wanted, progress })
  try {
    // Not raced: half a place cannot be taken down, and a whole one is there in seconds.
    const place = await openPlace({
      cluster: { ...wanted, progress: silentProgress },
      namespacePrefix: 'ingestion',
      collate: { serverVersion: SERVER_VERSION },
    })
    try {
      interruption.signal.throwIfAborted()
      return await playIn(place, options, interruption)
    } finally {
      await leave(place, cluster)
    }
  } finally {
    if (cluster.startedHere) await cluster.stop()
  }
}

/** A cluster that ends with the demo takes the namespace along. */
async function leave(place: Place, cluster: Cluster): Promise<void> {
  await (cluster.startedHere ? place.collate.stop() : place.stop())
}

async function main(): Promise<number> {
  const options = readOptions()
  const interruption = takeInterrupts((name, isFirst) => say(isFirst ? `\n${name}: cleaning up` : `\n${name}: still cleaning up, it takes some seconds`))
  try {
    return (await demo(options, interruption)) ? 0 : 1
  } catch (error) {
    if (interruption.signal.aborted) return 130
    if (!(error instanceof MachineError || error instanceof InputError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}

process.exitCode = await main()
