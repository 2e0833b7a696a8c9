import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { searchPath } from './debian-packages.ts'
import { lastLines } from './shell.ts'

/** Where the daemons of one cluster run: their cgroups, their namespaces, their logs. */
export interface DaemonPlace {
  readonly logs: string
  readonly cgroupFiles: readonly string[]
  /** Process whose network and mount namespaces the daemons join. */
  readonly namespaceHolder: number
}

export interface Daemon {
  readonly name: string
  readonly pid: number
  /** Runs `work`, and throws with the end of the daemon's log when the daemon ends first. */
  readonly whileAlive: <T>(work: Promise<T>) => Promise<T>
}

export interface DaemonCommand {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a daemon that outlives this process. Its output goes to `<logs>/<name>.log`. */
export function startDaemon(place: DaemonPlace, { name, command, args, env }: DaemonCommand): Daemon {
  const enter = ['nsenter', '--target', String(place.namespaceHolder), '--net', '--mount', '--', command, ...args]
  const logPath = join(place.logs, `${name}.log`)
  const log = openSync(logPath, 'a')
  const child = spawn('/bin/sh', joinCgroups(place.cgroupFiles, enter), {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
    env: { PATH: searchPath().join(delimiter), HOME: '/root', ...env },
  })
  closeSync(log)
  child.unref()
  const ended = new Promise<never>((_resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`${name} did not start`, { cause })))
    child.on('exit', (code, signal) => void endOf(name, code ?? signal, logPath).then(reject))
  })
  // Ends that come after the start are nobody's to await.
  ended.catch(() => undefined)
  return { name, pid: child.pid ?? 0, whileAlive: (work) => Promise.race([work, ended]) }
}

/** Arguments of a shell that moves itself into the cgroups and then becomes the command. */
export function joinCgroups(cgroupFiles: readonly string[], command: readonly string[]): readonly string[] {
  const script = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 1; shift; n=$((n-1)); done; exec "$@"'
  return ['-c', script, 'daemon', String(cgroupFiles.length), ...cgroupFiles, ...command]
}

async function endOf(name: string, code: number | string | null, logPath: string): Promise<Error> {
  const log = await readFile(logPath, 'utf8').catch(() => '')
  return new Error(`${name} ended with ${code}; the end of its log (${logPath}):\n${lastLines(log, 15)}`)
}
