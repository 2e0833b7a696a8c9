import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface ProgramEnd {
  /** 128 and the signal's number when a signal ended it, as a shell would say. */
  readonly code: number
  /** What it wrote to stdout and stderr; empty when it was shown at once. */
  readonly output: string
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Shows the output as it comes instead of collecting it. */
  readonly isShown?: boolean
}

const SIGNALLED = 128

/** Runs a program in the project's root, without stdin. Colours come through when they are wanted here. */
export async function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<ProgramEnd> {
  const { env = {}, isShown = false } = options
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {}
  const child = spawn(command, [...args], {
    cwd: ROOT,
    env: { ...process.env, ...(isShown ? {} : colour), ...env },
    stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'pipe'],
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? SIGNALLED, output: Buffer.concat(chunks).toString('utf8') }
}
