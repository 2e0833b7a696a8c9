import { Command, InvalidArgumentError, Option } from 'commander'
import { setTimeout as sleep } from 'node:timers/promises'
import { mayDo } from '../cluster/access-review.ts'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { type Remains, uninstall, type UninstallOptions } from '../uninstall/uninstall.ts'
import { mustBeNamespace } from './empty-namespace.ts'
import { EXIT_FAILED } from './exit-codes.ts'
import { namespaceOption } from './namespace-option.ts'

interface UninstallCommandOptions {
  readonly namespace: string
  readonly agent: string
  readonly timeout: number
  readonly deployment?: string
}

const EXAMPLE = `
Suspends the runner's schedules, stops its runs and waits until they have ended, lets go of every object that it holds, and deletes its
records, with them the payloads. It may be run again, works without a running runner, and does not need Collate: a runner that is still
there tells Collate how the runs ended. At the end it takes the runner's lease away: a runner that still runs stands by for a minute more.
Exits with 1 when an object is still there; what Collate could not be told is only said.

Example:
  hybrid-runner uninstall --namespace ingestion --agent aws-prod --timeout 10m`

/** For the one who uninstalls a release, too: Helm shows what its hook has said. */
const HOW_TO_GO_ON =
  'uninstall is not done. Mend what is said here and run it again; or take the release away with helm uninstall --no-hooks, and then run hybrid-runner uninstall with rights of your own'

/** `uninstall`: takes everything of one runner out of its namespace. Exits with 1 and says what is left when something is. */
export function uninstallCommand(): Command {
  return new Command('uninstall')
    .description('takes every object of a runner out of its namespace, its runs stopped first')
    .addOption(namespaceOption())
    .addOption(new Option('--agent <id>', 'the runner whose objects go').env('AGENT_ID').makeOptionMandatory())
    .addOption(
      new Option('--timeout <time>', 'how long runs are given to end, as 90s, 5m or 1h; what has not ended by then is let go and told')
        .default(5 * 60_000, '5m')
        .argParser(durationMs),
    )
    .addOption(
      new Option(
        '--deployment <name>',
        "the runner's Deployment: while a pod of another one leads under this agent id, everything is left as it is, which is that one's",
      ),
    )
    .addHelpText('after', EXAMPLE)
    .action(run)
}

async function run({ namespace, agent, timeout, deployment }: UninstallCommandOptions): Promise<void> {
  await mustBeNamespace(namespace)
  const { left, untold, otherLeader } = await takenAway({
    cluster: connectKubeCluster({ namespace }),
    agentId: agent,
    deployment,
    mayListSecrets: async () => mayDo({ verb: 'list', group: '', resource: 'secrets', namespace }),
    timeoutMs: timeout,
    now: Date.now,
    sleep: async (ms) => sleep(ms),
    onProgress: (words) => process.stderr.write(`${words}\n`),
  })
  if (otherLeader !== undefined) {
    process.stdout.write(
      `another runner works under agent id ${agent}: ${otherLeader} leads, and is no pod of ${String(deployment)}. Everything in namespace ${namespace} is left to it\n`,
    )
    return
  }
  for (const words of untold) process.stderr.write(`${words}\n`)
  if (left.length === 0) {
    process.stdout.write(`nothing of runner ${agent} is left in namespace ${namespace}\n`)
    return
  }
  process.stderr.write(
    `the objects of runner ${agent} in namespace ${namespace} are let go, and:\n${left.map((words) => `  ${words}`).join('\n')}\n${HOW_TO_GO_ON}\n`,
  )
  process.exit(EXIT_FAILED)
}

async function takenAway(options: UninstallOptions): Promise<Remains> {
  try {
    return await uninstall(options)
  } catch (error) {
    process.stderr.write(`${HOW_TO_GO_ON}\n`)
    throw error
  }
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const

function durationMs(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  if (amount === '') throw new InvalidArgumentError('must be a time with its unit, such as 90s, 5m or 1h')
  return Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
}
