import { styleText } from 'node:util'
import { Command } from 'commander'
import { ClusterError } from '../cluster/cluster-error.ts'
import { connectDryRun, type DryRun, type NamedObject } from '../cluster/server-side-apply.ts'
import { addCompileOptions, compileFiles, type CompileOptions } from './compile.ts'
import { EXIT_FAILED, EXIT_WRONG_INPUT } from './exit-codes.ts'
import { objectDiff } from './object-diff.ts'

const EXAMPLE = `
The cluster is the one of your kubeconfig; nothing in it changes. Every object goes through the API server's own validation and
admission (quota, Pod Security, webhooks). Exit code 0: nothing is refused, whether or not something would change.

Example:
  hybrid-runner diff request.json --env-file runner.env --server-version 1.11.1`

/** `diff`: what applying would change in the cluster. */
export function diffCommand(): Command {
  return addCompileOptions(new Command('diff').description('show what applying a request would change in the cluster, by a server-side dry run'))
    .addHelpText('after', EXAMPLE)
    .action(async (files: readonly string[], options: Omit<CompileOptions, 'output'>) => {
      const objects = await compileFiles(files, options)
      if (objects === undefined) process.exit(EXIT_WRONG_INPUT)
      const verdicts = await Promise.all(objects.map(async (object) => verdictOn(object as NamedObject, connectDryRun())))
      process.stdout.write(verdicts.map(({ text }) => text).join(''))
      if (verdicts.some(({ isRefused }) => isRefused)) process.exit(EXIT_FAILED)
    })
}

interface Verdict {
  readonly text: string
  readonly isRefused: boolean
}

async function verdictOn(object: NamedObject, cluster: DryRun): Promise<Verdict> {
  const name = `${object.kind}/${object.metadata.name}`
  try {
    const [live, wanted] = await Promise.all([cluster.read(object), cluster.apply(object)])
    const diff = objectDiff(live, wanted)
    return { text: diff === '' ? `${name}: unchanged\n` : colored(diff), isRefused: false }
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    return { text: `${name}: refused (${error.code}): ${error.message}\n`, isRefused: true }
  }
}

/** Colours on a terminal only. */
function colored(diff: string): string {
  return diff.replaceAll(/^[+-].*$/gm, (line) => styleText(line.startsWith('+') ? 'green' : 'red', line, { stream: process.stdout }))
}
