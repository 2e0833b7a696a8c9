import { once } from 'node:events'
import { Command } from 'commander'
import { formatIssues } from '../../compiler/issue.ts'
import { NoClusterError } from '../cluster/no-cluster-error.ts'
import { type Config, parseConfig } from '../config.ts'
import { customConfigSource } from '../custom-config-source.ts'
import { tokenFromStore } from '../link/token-from-store.ts'
import { loadToken, type RunnerToken } from '../link/token.ts'
import { type Agent, startAgent } from '../main.ts'
import { type ExtraCas, loadExtraCas } from '../network/extra-cas.ts'
import { caFilesOf } from '../network/network-variables.ts'
import { keepFresh } from '../network/keep-fresh.ts'
import { InOrder } from '../queue/in-order.ts'
import { readCustomConfig } from '../read-custom-config.ts'
import { EXIT_WRONG_INPUT } from './exit-codes.ts'

const EXAMPLE = `
Everything is read from the environment; the chart sets it. For a try outside a cluster:

  SERVER_URL=wss://acme.getcollate.io SERVER_HOST_API_URL=https://acme.getcollate.io/api \\
  AUTH_TOKEN_FILE=./token INGESTION_NAMESPACE=ingestion hybrid-runner serve`

/** `serve`: the agent. Ends on SIGTERM or SIGINT after the requests in hand. */
export function serveCommand(): Command {
  return new Command('serve').description('the agent: holds the link to Collate and runs what it asks for').addHelpText('after', EXAMPLE).action(serve)
}

async function serve(): Promise<void> {
  const config = parseConfig(process.env, readCustomConfig(process.env))
  const token = await loadToken({ value: process.env['AUTH_TOKEN'], file: present(process.env['AUTH_TOKEN_FILE']) }, tokenFromStore(process.env))
  const extraCas = await loadExtraCas(caFilesOf(process.env))
  if (!config.ok || !token.ok || !extraCas.ok) {
    const issues = [config, token, extraCas].flatMap((part) => (part.ok ? [] : part.error))
    process.stderr.write(`hybrid-runner cannot start; the environment has ${issues.length} problem(s):\n${formatIssues(issues)}\n`)
    process.exit(EXIT_WRONG_INPUT)
  }
  await run(config.value, token.value, extraCas.value)
}

/** Serves until a signal comes. A change of the files that make the policy starts the agent anew, in this process: pods run on. */
async function run(config: Config, token: RunnerToken, extraCas: ExtraCas): Promise<void> {
  let agent = await startOrEnd(config, token, extraCas)
  // What nobody expected ends the process: the kubelet starts it again, and nothing is lost. Logged, so that it is scrubbed.
  process.on('uncaughtException', (error) => {
    agent.log.error({ error }, 'unexpected error; the runner ends')
    process.exit(1)
  })
  const restarts = new InOrder()
  const startAnew = async (): Promise<void> => {
    const changed = parseConfig(process.env, readCustomConfig(process.env))
    if (!changed.ok) return agent.log.error({ problems: changed.error }, 'the changed configuration is wrong; what was read before stays in force')
    await agent.stop('its configuration has changed')
    agent = await startOrEnd(changed.value, token, extraCas)
  }
  const stopRereading = keepFresh([customConfigSource(process.env)], {
    onChange: () => void restarts.run('agent', startAnew),
    onTrouble: ({ name }, error) => agent.log.error({ file: name, error }, 'a file cannot be read anew; what was read before stays in force'),
  })
  const signal = await Promise.race((['SIGTERM', 'SIGINT'] as const).map(async (name) => once(process, name).then(() => name)))
  stopRereading()
  await restarts.run('agent', async () => agent.stop(signal))
  process.exit(0)
}

/** An empty variable counts as absent. */
function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** Without a cluster there is nothing to retry: the environment has to change. */
async function startOrEnd(config: Config, token: RunnerToken, extraCas: ExtraCas): Promise<Agent> {
  try {
    return await startAgent(config, token, extraCas)
  } catch (error) {
    if (!(error instanceof NoClusterError)) throw error
    process.stderr.write(`hybrid-runner cannot start:\n${error.message}\n`)
    process.exit(EXIT_WRONG_INPUT)
  }
}
