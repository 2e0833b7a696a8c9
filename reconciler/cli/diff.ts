import { styleText } from 'node:util'
import { Command } from 'commander'
import { connectDryRun } from '../cluster/server-side-apply.ts'
import { addRequestOptions } from './compile.ts'
import { EXIT_FAILED, EXIT_WRONG_INPUT } from './exit-codes.ts'
import { compileFiles, type RequestOptions } from './request-file.ts'
import { verdictsOn } from './verdict.ts'

const EXAMPLE = `
The cluster is the one of your kubeconfig; nothing in it changes. Every object goes through the API server's own validation and
admission (quota, Pod Security, webhooks). A run that is there already keeps its times and where it stands. Exit code 0: nothing
is refused, whether or not something would change.

Examples:
  hybrid-runner diff request.json --values values.yaml --namespace collate --server-version 1.11.1
  hybrid-runner diff request.json --policy-file runner.env --server-version 1.11.1`

/** `diff`: what applying would change in the cluster. */
export function diffCommand(): Command {
  return addRequestOptions(new Command('diff').description('show what applying a request would change in the cluster, by a server-side dry run'))
    .addHelpText('after', EXAMPLE)
    .action(async (files: readonly string[], options: RequestOptions) => {
      const compiled = await compileFiles(files, options)
      if (compiled === undefined) process.exit(EXIT_WRONG_INPUT)
      const cluster = connectDryRun()
      const verdicts = (await Promise.all(compiled.map(async (file) => verdictsOn(file, cluster)))).flat()
      process.stdout.write(verdicts.map(({ text }) => colored(text)).join(''))
      if (verdicts.some(({ isRefused }) => isRefused)) process.exitCode = EXIT_FAILED
    })
}

/** Colours on a terminal only. */
function colored(text: string): string {
  return text.replaceAll(/^[+-].*$/gm, (line) => styleText(line.startsWith('+') ? 'green' : 'red', line, { stream: process.stdout }))
}
