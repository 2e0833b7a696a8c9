import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../reconciler/cli/main.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Closes its output at once, as `head` does when it has seen enough. */
  readonly isUnread?: boolean
}

/** Runs `hybrid-runner` as a process of its own, with these variables and no others but the PATH. */
export async function runCommand(args: readonly string[], { env = {}, stdin = '', isUnread = false }: RunOptions = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], ...env } })
  child.stdin.end(stdin)
  if (isUnread) child.stdout.destroy()
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([isUnread ? '' : text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr } satisfies Ended
}
