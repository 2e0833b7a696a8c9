import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { StartOptions } from './client.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

interface CollateProcess {
  readonly pid: number
  readonly port: number
  readonly controlPort: number
  stop(): Promise<void>
}

const firstLine = z.object({ port: z.number(), controlPort: z.number() })

/** Starts `main.ts` with the tokens in a file that is gone again once they were read. */
export async function startProcess(options: StartOptions & { readonly tokens: Readonly<Record<string, string>> }): Promise<CollateProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'collate-'))
  try {
    const tokenFile = join(folder, 'tokens.json')
    await writeFile(tokenFile, JSON.stringify(options.tokens), { mode: 0o600 })
    // Its stdin is a pipe of ours: when this process ends, however it ends, the pipe closes and the server ends too.
    const child = spawn(process.execPath, [MAIN, '--exit-with-stdin', ...argumentsOf(options, tokenFile)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const ports = firstLine.parse(JSON.parse(await readFirstLine(child)))
    return { ...ports, pid: child.pid ?? 0, stop: () => stopChild(child) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function argumentsOf(options: StartOptions, tokenFile: string): readonly string[] {
  const flags = {
    'token-file': tokenFile,
    'host': options.host ?? '127.0.0.1',
    'port': options.port ?? 0,
    'server-version': options.serverVersion,
    'heartbeat-ms': options.heartbeatIntervalMs,
    'retry-after-ms': options.retryAfterMs,
  }
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]))
}

function readFirstLine(child: ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }): Promise<string> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr.on('data', (chunk) => (complaint = `${complaint}${String(chunk)}`.slice(-4096)))
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`the reference server ended with ${code} before it listened: ${complaint}`)))
  })
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
