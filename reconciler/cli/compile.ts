import { Command, Option } from 'commander'
import { parseAllDocuments } from 'yaml'
import { toYaml } from '../../compiler/serialize.ts'
import { EXIT_WRONG_INPUT } from './exit-codes.ts'
import { namespaceName } from './namespace-option.ts'
import { compileFiles, type RequestOptions } from './request-file.ts'

interface CompileOptions extends RequestOptions {
  readonly output: 'yaml' | 'json'
  readonly showPayload?: boolean
}

const EXAMPLE = `
FILE holds one JSON-RPC request as it would come over the link, JSON or YAML; "-" reads it from standard input. A request for a run
(pipeline/run, automation/run, application/run) becomes record, payload and pod or Workflow; pipeline/deploy becomes the schedule's
record and payload and its CronJob or CronWorkflow, and nothing when the pipeline has no schedule. The policy is that of
the environment, or of the file of --policy-file alone, or of --values: what a release of the chart with these values would tell its
runner, the chart's own defaults among it. Where AGENT_ID is not set, the runner is the one that the request names.

Examples:
  hybrid-runner compile request.json --values values.yaml --namespace collate --server-version 1.11.1
  hybrid-runner compile request.json --policy-file runner.env --server-version 1.11.1`

/** Options that `compile` and `diff` share. */
export function addRequestOptions(command: Command): Command {
  return command
    .argument('<file...>', 'requests')
    .addOption(new Option('--policy-file <file>', 'read the policy from this file of NAME=value lines, as an env file, and from nothing else'))
    .addOption(
      new Option('-f, --values <file>', 'read the policy from values of the chart, as Helm would; several files are laid over each other')
        .argParser((file: string, before: readonly string[] | undefined) => [...(before ?? []), file])
        .conflicts('policyFile'),
    )
    .addOption(new Option('--release <name>', 'name of the release, with --values').default('hybrid-ingestion-runner'))
    .addOption(new Option('-n, --namespace <name>', 'namespace of the release, with --values').default('default').argParser(namespaceName))
    .addOption(new Option('--server-version <x.y.z>', 'version of the Collate server, which decides the image tag'))
    .addOption(new Option('--executor <name>', 'over EXECUTOR_TYPE, or over what the values choose').choices(['simpleK8s', 'argo']))
}

/** `compile`: the objects a request becomes, without a cluster. */
export function compileCommand(): Command {
  return addRequestOptions(new Command('compile').description('show the objects that a request becomes; needs no cluster'))
    .addOption(new Option('-o, --output <format>').choices(['yaml', 'json']).default('yaml'))
    .addOption(new Option('--show-payload', 'print the payload as text, with the token in it, instead of a mask'))
    .addHelpText('after', EXAMPLE)
    .action(async (files: readonly string[], options: CompileOptions) => {
      const compiled = await compileFiles(files, options)
      if (compiled === undefined) process.exit(EXIT_WRONG_INPUT)
      const objects = compiled.flatMap((file) => file.objects)
      process.stdout.write(print(objects, options))
    })
}

function print(objects: readonly object[], { output, showPayload = false }: CompileOptions): string {
  const yaml = toYaml(showPayload ? objects.map(withReadablePayload) : objects, { showSecrets: showPayload })
  // JSON is made from the YAML, so that both have one order of keys and one mask.
  return output === 'yaml'
    ? yaml
    : `${JSON.stringify(
        documentsOf(yaml).map((document): unknown => document.toJS()),
        null,
        2,
      )}\n`
}

function documentsOf(yaml: string) {
  return yaml === '' ? [] : parseAllDocuments(yaml, { version: '1.1' })
}

/** A Secret's base64 as the JSON it holds, still as a valid object. */
function withReadablePayload(object: object): object {
  if (Reflect.get(object, 'kind') !== 'Secret') return object
  const { data = {}, ...rest }: { readonly data?: Readonly<Record<string, string>> } = object
  const stringData = Object.entries(data).map(([key, base64]) => {
    const content: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
    return [key, JSON.stringify(content, null, 2)]
  })
  return { ...rest, stringData: Object.fromEntries(stringData) }
}
