import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { textOf } from '../doctor/run-checks.ts'
import type { Limits } from '../queue/limits.ts'
import { mustBeNamespace } from './empty-namespace.ts'
import { EXIT_FAILED } from './exit-codes.ts'
import { namespaceOption } from './namespace-option.ts'
import { PublishedLimits } from './published-limits.ts'
import { refusedStartsOf } from './refused-starts.ts'
import { nextToStart, rowsOf, type RunRow } from './run-rows.ts'
import { formatTable } from './table.ts'
import { agentsIn, watchRuns } from './watch-runs.ts'

interface RunsOptions {
  readonly namespace: string
  readonly agent?: string
  readonly output: 'table' | 'yaml' | 'json'
  readonly watch?: boolean
}

const EXAMPLE = `
In the pod of a runner, it also asks the API server why a run of this runner that no limit holds back has no pod, by a dry run that leaves nothing.
From elsewhere, hybrid-runner explain does so.

A long reason is cut: hybrid-runner explain RUN tells all of it and what to do; -o yaml shows it whole.

Example:
  hybrid-runner runs --namespace ingestion --watch`

/** `runs`: the records of the cluster, in the order of their acceptance. */
export function runsCommand(): Command {
  return new Command('runs')
    .description('the runs this cluster knows: state, place in the queue, age, pod')
    .addOption(namespaceOption())
    .addOption(new Option('--agent <id>', 'only the runs of this runner').env('AGENT_ID'))
    .addOption(new Option('-o, --output <format>').choices(['table', 'yaml', 'json']).default('table'))
    .addOption(new Option('-w, --watch', 'show them again at every change, until Ctrl-C'))
    .addHelpText('after', EXAMPLE)
    .action(showRuns)
}

async function showRuns({ namespace, agent, output, watch = false }: RunsOptions): Promise<void> {
  const changes = new Changes()
  const cluster = connectKubeCluster({ namespace })
  const limits = new PublishedLimits(cluster)
  const refused = refusedStartsOf(process.env, namespace, { cluster, now: Date.now })
  const { cache, stop } = await watchRuns({ cluster, agent, onChange: () => changes.note(), onTrouble: complain }).catch(giveUp)
  if (agentsIn(cache).length === 0) await mustBeNamespace(namespace)
  for (;;) {
    await changes.settled()
    await limits.load(agentsIn(cache))
    const limitsOf = (agentId: string): Limits | undefined => limits.of(agentId)
    await refused?.look(nextToStart(cache, limitsOf, Date.now()))
    show(
      format(
        rowsOf(cache, limitsOf, Date.now(), (record) => refused?.of(record)),
        output,
      ),
      watch,
    )
    if (!watch) break
  }
  stop()
}

/** Several changes in a row are shown once. */
class Changes {
  #next = Promise.withResolvers<void>()

  constructor() {
    this.note()
  }

  note(): void {
    this.#next.resolve()
  }

  async settled(): Promise<void> {
    await this.#next.promise
    this.#next = Promise.withResolvers<void>()
  }
}

function complain(what: string, problem: unknown): void {
  process.stderr.write(`${what}: ${problem instanceof Error ? problem.message : String(problem)}\n`)
}

function giveUp(error: unknown): never {
  process.stderr.write(`${textOf(error)}\n`)
  process.exit(EXIT_FAILED)
}

const CLEAR_SCREEN = '\u001B[2J\u001B[H'

function show(text: string, isWatch: boolean): void {
  process.stdout.write(`${isWatch && process.stdout.isTTY ? CLEAR_SCREEN : ''}${text}\n`)
}

function format(rows: readonly RunRow[], output: RunsOptions['output']): string {
  if (output === 'json') return JSON.stringify(rows, null, 2)
  if (output === 'yaml') return stringify(rows, { lineWidth: 0 }).trimEnd()
  const heading = ['RUN', 'PIPELINE', 'STATE', 'PLACE', 'AGE', 'POD', 'REASON']
  const cells = rows.map((row) => [row.runId, row.pipeline, row.state, row.place === null ? '' : String(row.place), `${row.ageSeconds}s`, row.pod, row.reason])
  return formatTable([heading, ...cells], 'REASON')
}
