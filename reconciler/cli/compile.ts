import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { Command, Option } from 'commander'
import { parseAllDocuments } from 'yaml'
import { formatIssues, type Issue } from '../../compiler/issue.ts'
import { parsePolicy, type Policy } from '../../compiler/policy.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { toYaml } from '../../compiler/serialize.ts'
import { readCustomConfig } from '../read-custom-config.ts'
import { EXIT_WRONG_INPUT } from './exit-codes.ts'
import { compileOffline, type OfflineRequest, parseOfflineRequest, runnerOf } from './offline-run.ts'

export interface CompileOptions {
  readonly envFile?: string
  readonly serverVersion?: string
  readonly executor?: 'simpleK8s' | 'argo'
  readonly output: 'yaml' | 'json'
  readonly showPayload?: boolean
}

const EXAMPLE = `
FILE holds one JSON-RPC request as it would come over the link, JSON or YAML; "-" reads it from standard input. A request for a run
(pipeline/run, automation/run, application/run) becomes record, payload and pod or Workflow; pipeline/deploy becomes the schedule's
record and payload and its CronJob or CronWorkflow, and nothing when the pipeline has no schedule. The policy is that of
the environment, or of the file of --env-file alone. Where AGENT_ID is not set, the runner is the one that the request names.

Example:
  hybrid-runner compile request.json --env-file runner.env --server-version 1.11.1`

/** Options that `compile` and `diff` share. */
export function addCompileOptions(command: Command): Command {
  return command
    .argument('<file...>', 'requests')
    .addOption(new Option('--env-file <file>', "read the policy from this file's variables, and from nothing else"))
    .addOption(new Option('--server-version <x.y.z>', 'version of the Collate server, which decides the image tag'))
    .addOption(new Option('--executor <name>', 'over EXECUTOR_TYPE').choices(['simpleK8s', 'argo']))
}

/** `compile`: the objects a request becomes, without a cluster. */
export function compileCommand(): Command {
  return addCompileOptions(new Command('compile').description('show the objects that a request becomes; needs no cluster'))
    .addOption(new Option('-o, --output <format>').choices(['yaml', 'json']).default('yaml'))
    .addOption(new Option('--show-payload', 'print the payload, with the token in it, instead of a mask'))
    .addHelpText('after', EXAMPLE)
    .action(async (files: readonly string[], options: CompileOptions) => {
      const objects = await compileFiles(files, options)
      if (objects === undefined) process.exit(EXIT_WRONG_INPUT)
      process.stdout.write(print(objects, options))
    })
}

/** Tells all issues of all files on stderr, and gives undefined when there was one. */
export async function compileFiles(files: readonly string[], options: Omit<CompileOptions, 'output'>): Promise<readonly object[] | undefined> {
  const environment = await readEnvironment(options.envFile)
  const results = await Promise.all(files.map(async (file) => ({ file, result: await compileFile(file, environment, options) })))
  for (const { file, result } of results) if (!result.ok) process.stderr.write(`${file}:\n${formatIssues(result.error).replaceAll(/^/gm, '  ')}\n`)
  const objects = results.flatMap(({ result }) => (result.ok ? [result.value] : []))
  return objects.length < results.length ? undefined : objects.flat()
}

async function compileFile(file: string, environment: Environment, options: Omit<CompileOptions, 'output'>): Promise<Result<readonly object[], Issue[]>> {
  const text = await readText(file)
  if (!text.ok) return text
  const request = parseOfflineRequest(text.value)
  if (!request.ok) return request
  const policy = policyFor(request.value, environment, options)
  if (!policy.ok) return policy
  return compileOffline(request.value, policy.value, {
    nowMs: Date.now(),
    ...(options.serverVersion === undefined ? {} : { serverVersion: options.serverVersion }),
  })
}

type Environment = Readonly<Record<string, string | undefined>>

/** The variables of the file alone, or the process's own when none is named. */
async function readEnvironment(envFile: string | undefined): Promise<Environment> {
  return envFile === undefined ? process.env : parseEnv(await readFile(envFile, 'utf8'))
}

async function readText(file: string): Promise<Result<string, Issue[]>> {
  try {
    return ok(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'))
  } catch (error) {
    return err([{ code: 'invalid', path: '', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }])
  }
}

function policyFor(request: OfflineRequest, environment: Environment, { executor }: Pick<CompileOptions, 'executor'>): Result<Policy, Issue[]> {
  const files = readCustomConfig(environment)
  if (!files.ok) return files
  const given = { ...environment, AGENT_ID: environment['AGENT_ID'] ?? runnerOf(request), ...(executor === undefined ? {} : { EXECUTOR_TYPE: executor }) }
  const parsed = parsePolicy(given, files.value)
  if (!parsed.ok) return parsed
  for (const { path, message } of parsed.value.warnings) process.stderr.write(`warning: ${path}: ${message}\n`)
  return ok(parsed.value.policy)
}

function print(objects: readonly object[], { output, showPayload = false }: CompileOptions): string {
  const yaml = toYaml(objects, { showSecrets: showPayload })
  // JSON is made from the YAML, so that both have one order of keys and one mask.
  return output === 'yaml'
    ? yaml
    : `${JSON.stringify(
        parseAllDocuments(yaml, { version: '1.1' }).map((document): unknown => document.toJS()),
        null,
        2,
      )}\n`
}
