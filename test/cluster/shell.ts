import { spawn } from 'node:child_process'
import type { StdioOptions } from 'node:child_process'

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly signal?: AbortSignal
}

/** A command that could not be started or ended with another code than 0. The message holds the end of its stderr. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number | undefined
  readonly stderr: string
  constructor(command: string, exitCode: number | undefined, stderr: string, options?: ErrorOptions) {
    super(`${command} ${exitCode === undefined ? 'did not run' : `ended with code ${exitCode}`}: ${lastLines(stderr, 12)}`, options)
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

/** Runs a command to its end and gives its stdout. Throws CommandError. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']
    const child = spawn(command, args, {
      stdio,
      env: { ...process.env, ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.signal && { signal: options.signal }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', (cause) => reject(new CommandError(command, undefined, cause.message, { cause })))
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(stdout).toString())
      else reject(new CommandError([command, ...args.slice(0, 3)].join(' '), code ?? 128, Buffer.concat(stderr).toString()))
    })
    // A child that ends before it has read its input is told by its exit code, not by the broken pipe.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.input)
  })
}

/** The last lines of a text, without blank ones at its end. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
