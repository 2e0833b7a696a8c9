import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { CHART_FOLDER } from '../../charts/release.ts'
import { helmProgram } from '../../charts/helm.ts'
import { run } from '../../cluster/shell.ts'
import { waitFor } from '../../cluster/waiting.ts'

export interface TerminalOptions {
  /** Its own, to work in. */
  readonly folder: string
  readonly kubeconfig: string
  /** Files beside the commands, by name. */
  readonly files: Readonly<Record<string, string>>
  /** Given to Helm beside the files that a command names: what binds a release to this machine. */
  readonly placeValues: object
}

/** A terminal of its own: types a command, and gives all that it prints. Throws CommandError where it fails. */
export type Terminal = (command: string, until?: RegExp) => Promise<string>

/** Opens one, in a folder with the chart and those files, and with Helm 4 on the path. */
export async function openTerminal({ folder, kubeconfig, files, placeValues }: TerminalOptions): Promise<Terminal> {
  const bin = join(folder, 'bin')
  await mkdir(join(folder, 'charts'), { recursive: true })
  await mkdir(bin)
  await symlink(CHART_FOLDER, join(folder, 'charts/hybrid-ingestion-runner'))
  await copyFile(kubeconfig, join(folder, 'kubeconfig'))
  await chmod(join(folder, 'kubeconfig'), 0o600)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 })
  await writeFile(join(folder, 'place.json'), JSON.stringify(placeValues), { mode: 0o600 })
  await writeFile(join(bin, 'helm'), helmScript(await helmProgram(4), join(folder, 'place.json')), { mode: 0o755 })
  const env = { KUBECONFIG: join(folder, 'kubeconfig'), PATH: [bin, process.env['PATH'] ?? ''].join(delimiter), HOME: folder }
  const type = async (command: string): Promise<string> =>
    (await run('bash', ['-c', `${command} > output 2>&1 || { cat output >&2; exit 1; }; cat output`], { cwd: folder, env })).trimEnd()
  return async (command, until) => {
    if (until === undefined) return type(command)
    const probe = async (): Promise<string | undefined> => {
      const output = await type(command)
      if (until.test(output)) return output
      throw new Error(output)
    }
    return waitFor(probe, { what: `${command} showing ${until.source}`, everyMs: 500 })
  }
}

function helmScript(helm: string, placeValues: string): string {
  return `#!/bin/sh
case "$1" in
  install | upgrade) exec ${helm} "$@" --values ${placeValues} ;;
  *) exec ${helm} "$@" ;;
esac
`
}
