import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { secretReferences } from '../../compiler/secret-references.ts'
import { SECRETS_MANAGERS, type SecretsManager } from '../../compiler/secrets-manager.ts'
import { INGESTION_POD } from '../secrets/asker.ts'
import { checkSecrets, SECRETS_MODES, type SecretsMode, type SecretsOutcome, unseen } from '../secrets/check-secrets.ts'
import { openStore } from '../secrets/open-store.ts'
import { READ_LIMITS } from '../secrets/read-secrets.ts'
import { reportText } from '../secrets/report-text.ts'
import { EXIT_FAILED } from './exit-codes.ts'

const EXAMPLE = `
The init container of a run whose request holds references to secrets. It looks them up as the ingestion image will, under the account
of the pod. report: says what cannot be read, and lets the run start; enforce: the run does not start then; resolve: writes the payload
with the values in their place to a file, for images that cannot look them up themselves. No value is ever shown.

Example:
  hybrid-runner secrets --mode enforce --secrets-manager managed-aws --probe /my/database/password`

/** Where the compiler mounts a payload that is a file. */
const DIRECTORY = '/etc/hybrid-runner/payload'

interface SecretsOptions {
  readonly mode: SecretsMode
  readonly secretsManager: SecretsManager
  readonly payloadFile: string
  readonly referencesFile: string
  readonly resolvedFile: string
  readonly reportFile: string
  readonly probe?: string | undefined
}

/** `secrets`: reads the secrets that a run refers to. Ends with 1 where the run must not start, and when a probe fails. */
export function secretsCommand(): Command {
  return new Command('secrets')
    .description('reads the secrets that a run refers to, before it starts; the init container of runs')
    .addOption(new Option('--mode <mode>').choices(SECRETS_MODES).env('SECRETS_CHECK').default('report'))
    .addOption(new Option('--secrets-manager <name>', 'where the secrets are').choices(SECRETS_MANAGERS).env('SECRETS_MANAGER').default('kubernetes'))
    .addOption(new Option('--payload-file <path>', 'the payload, where the variable config has none').default(`${DIRECTORY}/config`))
    .addOption(
      new Option('--references-file <path>', 'references beside those of the payload, where SECRET_REFERENCES has none').default(`${DIRECTORY}/references`),
    )
    .addOption(
      new Option('--resolved-file <path>', 'where resolve writes the payload').env('RESOLVED_CONFIG_FILE').default('/run/hybrid-runner/resolved/config'),
    )
    .addOption(new Option('--report-file <path>', 'where the report goes, if that file is there').env('TERMINATION_LOG').default('/dev/termination-log'))
    .addOption(new Option('--probe <name>', 'reads this one secret instead of those of a payload'))
    .addHelpText('after', EXAMPLE)
    .action(async (options: SecretsOptions) => {
      const end = endOnce(options)
      tellStrayErrors(options, end)
      await end(await withResolved(options, await lookUp(options).catch(broken(options))))
    })
}

/**
 * A library may fail where nobody waits for it. What it throws there quotes what was read, or what was asked with: its name alone is told.
 * A promise that nobody waits for keeps nothing from going on; after an error that nobody catches this program ends, in order.
 */
function tellStrayErrors({ mode, secretsManager }: SecretsOptions, end: End): void {
  process.on('unhandledRejection', (error) => void process.stderr.write(`something failed beside the reading (${wordFor(error)})\n`))
  process.on('uncaughtException', (error) => void end(unseen(`this program failed (${wordFor(error)})`, mode, secretsManager)))
  // The report says all that a log would: whether somebody reads the log is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}

type End = (outcome: SecretsOutcome) => Promise<void>

/** Ends the program by the first outcome that there is. What fails or is read while it ends changes nothing any more: two reports would be none. */
function endOnce(options: SecretsOptions): End {
  let isEnding = false
  return async (outcome) => {
    if (isEnding) return
    isEnding = true
    process.exit(await ended(options, outcome))
  }
}

/** Tells the outcome, and gives the code to end with. */
async function ended(options: Pick<SecretsOptions, 'reportFile' | 'probe'>, outcome: SecretsOutcome): Promise<number> {
  const lines = [...outcome.failed.map(({ reference, store, message }) => `${JSON.stringify(reference)}: ${store}: ${message}`), ...outcome.notes]
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`)
  await writeReport(options.reportFile, outcome)
  if (options.probe === undefined) return outcome.isGood ? 0 : EXIT_FAILED
  if (outcome.read > 0) process.stdout.write(`${JSON.stringify(options.probe)} can be read\n`)
  return outcome.read > 0 ? 0 : EXIT_FAILED
}

async function lookUp(options: SecretsOptions): Promise<SecretsOutcome> {
  const { mode, secretsManager: manager, probe } = options
  const [payload, references] = probe === undefined ? await given(options) : ['null', [secretReferences(probe)[0] ?? `secret:${probe}`]]
  const store = await openStore(manager, process.env, INGESTION_POD)
  return checkSecrets({ mode: probe === undefined ? mode : 'report', manager, payload, references }, store, { limits: READ_LIMITS, random: Math.random })
}

/** In variables, as most payloads are, or in files, as large ones are. */
async function given({ payloadFile, referencesFile }: SecretsOptions): Promise<[payload: string, references: string[]]> {
  const payload = process.env['config'] || (await readFile(payloadFile, 'utf8'))
  const list = process.env['SECRET_REFERENCES'] || (existsSync(referencesFile) ? await readFile(referencesFile, 'utf8') : '[]')
  return [payload, secretReferences(JSON.parse(list))]
}

/** The report holds up no run: one that cannot be written is told in the log, where all that it would say stands, too. */
async function writeReport(path: string, { failed }: SecretsOutcome): Promise<void> {
  // The kubelet makes the file before it starts the container.
  if (!existsSync(path)) return
  await writeFile(path, reportText(failed)).catch((error: unknown) => process.stderr.write(`the report cannot be written to ${path} (${wordFor(error)})\n`))
}

/** The outcome with the payload at its place; where it cannot be written no run may start that would read it. */
async function withResolved({ resolvedFile, secretsManager }: SecretsOptions, outcome: SecretsOutcome): Promise<SecretsOutcome> {
  if (outcome.resolved === undefined) return outcome
  try {
    await writeResolved(resolvedFile, outcome.resolved)
    return outcome
  } catch (error) {
    return unseen(`the payload with the values cannot be written to ${resolvedFile} (${wordFor(error)})`, 'resolve', secretsManager)
  }
}

function wordFor(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown'
}

/** A fault of this program, or a payload that cannot be read, holds up no run in the mode `report`. The name alone is told: a text may quote what was read. */
function broken({ mode, secretsManager }: SecretsOptions): (error: unknown) => SecretsOutcome {
  return (error) => unseen(`the payload or the list of its references cannot be read (${wordFor(error)})`, mode, secretsManager)
}

/** For the container beside it, which may run as another user and shares the pod's group. A container that is started again finds the file of before, which nobody may write to. */
async function writeResolved(path: string, payload: string): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, payload, { mode: 0o440, flag: 'wx' })
}
