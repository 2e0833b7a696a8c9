import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder } from '../cluster/folders.ts'
import { PATIENCE_MS } from '../cluster/waiting.ts'

/** One line of the runner's log. */
export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** The runner as a process of its own. */
export class RunnerProcess {
  readonly #child: ChildProcess
  readonly #exit: Promise<number | null>
  readonly #waiting = new Set<(line: LogLine) => void>()
  readonly lines: LogLine[] = []
  /** Everything it wrote, as it stands. */
  output = ''

  /** `program` as runnerProgram gives it. */
  constructor(program: string, environment: Readonly<Record<string, string>>) {
    // Nothing of this process's environment but what a program needs to start: a stray variable must not steer the runner.
    const base = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled') }
    this.#child = spawn(process.execPath, [program, 'serve'], { env: { ...base, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#exit = once(this.#child, 'close').then(([code]) => code as number | null)
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#take(line))
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The first line, of before or to come, that the test is true for. Rejects when the runner ends or the time is up. */
  async waitForLine(what: string | ((line: LogLine) => boolean), timeoutMs = PATIENCE_MS): Promise<LogLine> {
    const matches = typeof what === 'string' ? (line: LogLine): boolean => line.msg === what : what
    const known = this.lines.find(matches)
    if (known !== undefined) return known
    const { promise, resolve, reject } = Promise.withResolvers<LogLine>()
    const listener = (line: LogLine): void => {
      if (matches(line)) resolve(line)
    }
    this.#waiting.add(listener)
    const fail = (why: string): void => reject(new Error(`${why} before the runner logged ${String(what)}; it wrote:\n${this.output.slice(-4_000)}`))
    const timer = setTimeout(() => fail(`${timeoutMs} ms went by`), timeoutMs)
    void this.#exit.then((code) => fail(`the runner ended with ${code}`))
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(listener)
    }
  }

  /** kill -9: no chance to tidy up. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  /** SIGTERM, as the kubelet does. Gives the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.#exit
  }

  async exited(): Promise<number | null> {
    return this.#exit
  }

  #take(text: string): void {
    this.output += `${text}\n`
    const line = parseLine(text)
    if (line === undefined) return
    this.lines.push(line)
    for (const listener of this.#waiting) listener(line)
  }
}

function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return undefined
  }
}
