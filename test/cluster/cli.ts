#!/usr/bin/env node
import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import { commands } from './commands.ts'
import { InputError } from './machine-error.ts'

const usage = [
  'Real Kubernetes clusters for tests and for the demo, several side by side on this machine.',
  '',
  'Usage: node test/cluster/cli.ts <command> [options]',
  '',
  ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`),
  '',
  'Every command has --help. With KUBECONFIG set, that cluster is used and nothing is started or built.',
].join('\n')

/** Runs one command line and gives its exit code: 0 good, 1 failed, 2 wrong input. */
async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const [name = '--help', ...rest] = argv
  if (name === '--help' || name === '-h') return say(usage)
  const command = commands[name]
  if (!command) return complain(`${name}: there is no such command\n\n${usage}`, 2)
  const options: ParseArgsConfig['options'] = { ...command.options, help: { type: 'boolean', short: 'h' } }
  let parsed
  try {
    parsed = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true })
  } catch (error) {
    return complain(`${name}: ${error instanceof Error ? error.message : String(error)}\n\n${command.help}`, 2)
  }
  if (parsed.values['help'] === true) return say(command.help)
  return await command.run({ values: parsed.values, operands: parsed.positionals, signal })
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`)
  return code
}

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interrupted.abort(new Error(`stopped by ${name}`)))
}

try {
  process.exitCode = await main(process.argv.slice(2), interrupted.signal)
} catch (error) {
  const cause: unknown = interrupted.signal.aborted ? interrupted.signal.reason : error
  process.exitCode = complain(cause instanceof Error ? cause.message : String(cause), codeOf(error))
}

function codeOf(error: unknown): number {
  if (interrupted.signal.aborted) return 130
  return error instanceof InputError ? 2 : 1
}
