/** `make demo`: a run request comes over the link and ends as a finished pod on a real cluster, before your eyes. */
import { parseArgs, styleText } from 'node:util'
import { formatTable } from '../../reconciler/cli/table.ts'
import { consoleProgress } from '../cluster/progress.ts'
import type { StatusWrite } from '../collate/entries.ts'
import type { RunRequest } from '../scenario/run-request.ts'
import { prepareScenario, type Scenario } from '../scenario/scenario.ts'

const HELP = `make demo, or: node test/demo/demo.ts [--keep] [--seconds N]

Brings up a Kubernetes cluster on this machine (or uses the one of KUBECONFIG), Collate's side of the link and the runner, sends one
metadata run and shows what becomes of it. On a terminal all of it stays up until Ctrl-C, to look around in.

  --keep         stay up until Ctrl-C also without a terminal
  --seconds N    how long the ingestion pretends to work (default 3)
`

interface Options {
  readonly seconds: number
  readonly staysUp: boolean
}

function readOptions(): Options {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' }, keep: { type: 'boolean' }, seconds: { type: 'string', default: '3' } } })
  if (values.help === true) {
    process.stdout.write(HELP)
    process.exit(0)
  }
  return { seconds: Number(values.seconds), staysUp: values.keep === true || process.stdout.isTTY }
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
    const write = await scenario.collate.waitForStatus({ runId: request.runId, afterSeq }, 120_000)
    afterSeq = write.seq
    const [pod] = await scenario.pods()
    row(elapsed(write.at), write.status.pipelineState, TOLD_BY[write.writer ?? ''] ?? 'somebody', pod?.metadata.name ?? '')
    if (write.status.endDate !== undefined && write.status.pipelineState !== 'running') return write
  }
}

const TOLD_BY: Readonly<Record<string, string>> = { server: 'Collate itself', bot: 'the pod', runner: 'the runner' }

async function showLog(scenario: Scenario): Promise<void> {
  const [pod] = await scenario.pods()
  const path = `/api/v1/namespaces/${scenario.namespace}/pods/${pod?.metadata.name ?? ''}/log`
  const { body } = await scenario.cluster.api({ method: 'GET', path })
  say(body.trimEnd().replaceAll(/^/gm, '  '))
}

function showWhatNext(scenario: Scenario, ports: { readonly metrics: unknown; readonly health: unknown }, staysUp: boolean): void {
  const { cluster, namespace } = scenario
  if (!staysUp) return
  heading('Look around, in another terminal here:')
  const rows = [
    [`export KUBECONFIG=${cluster.kubeconfigPath}`, ''],
    [`kubectl -n ${namespace} get pods,configmaps --show-labels`, 'the pod and the record of the run'],
    [`kubectl -n ${namespace} get configmap -l hybrid-runner.collate.io/role=record -o yaml`, 'all that the runner knows of it'],
    [`npx hybrid-runner runs -n ${namespace}`, 'the same, as the runner tells it'],
    [`curl -s http://127.0.0.1:${String(ports.metrics)}/metrics | grep collate_`, 'its metrics'],
    [`curl -s http://127.0.0.1:${String(ports.health)}/livez`, 'whether it makes progress'],
  ]
  say(formatTable(rows).replaceAll(/^/gm, '  '))
  heading('Stop everything: Ctrl-C')
}

async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    // A pending timer keeps the process alive while nothing else does.
    const keepAlive = setInterval(() => undefined, 60_000)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearInterval(keepAlive)
        resolve()
      })
    }
  })
}

async function demo({ seconds, staysUp }: Options): Promise<boolean> {
  const progress = consoleProgress(process.stderr)
  heading('Bringing up Kubernetes, Collate’s side of the link, and the runner')
  const scenario = await prepareScenario({ cluster: { name: 'demo', nodes: 'kubelet', reuse: true, progress }, namespacePrefix: 'ingestion' })
  try {
    const runner = await scenario.startRunner()
    const { metricsPort, healthPort } = await runner.waitForLine('runner started')
    say(`  the runner ${scenario.environment['AGENT_ID'] ?? ''} is linked to Collate`)
    heading('One metadata run, sent over the WebSocket')
    const request = scenario.request({ simulate: { seconds } })
    const end = await showStates(scenario, request)
    heading('Its log')
    await showLog(scenario)
    showWhatNext(scenario, { metrics: metricsPort, health: healthPort }, staysUp)
    if (staysUp) await untilInterrupted()
    return end.status.pipelineState === 'success'
  } finally {
    heading('Stopping everything')
    await scenario.stop()
    await scenario.cluster.stop()
  }
}

process.exitCode = (await demo(readOptions())) ? 0 : 1
