import { Command, Option } from 'commander'
import { formatIssues, type Issue } from '../../compiler/issue.ts'
import type { Result } from '../../compiler/result.ts'
import { connectPullSecrets } from '../cluster/pull-secrets.ts'
import { askForToken } from '../ecr/ecr-token.ts'
import { letGoOfPullSecrets, type NamespaceOutcome, writePullSecrets } from '../ecr/keep-pull-secret.ts'
import type { RegistryToken } from '../ecr/pull-secret.ts'
import { placeFrom, type RefreshInput, settingsFrom, type TokenSource } from '../ecr/refresh-settings.ts'
import { ecrRegistryOf } from '../ecr/registry-host.ts'
import { tokenFailure } from '../ecr/token-failure.ts'
import { networkFromEnvironment } from '../network/network-from-environment.ts'
import type { Network } from '../network/network.ts'
import { EXIT_FAILED, EXIT_WRONG_INPUT } from './exit-codes.ts'

interface EcrRefreshOptions {
  readonly registry?: string
  readonly region?: string
  readonly namespace?: readonly string[]
  readonly secret: string
  readonly keptFor: string
  readonly keysFrom?: string
  readonly remove?: boolean
}

const EXAMPLE = `
Asks ECR for a token, which lives for twelve hours, and writes it into the pull secret of each namespace, in place. The key comes from
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the role of the service account (IRSA, Pod Identity). AWS_ENDPOINT_URL_ECR names a
private endpoint; HTTPS_PROXY, NO_PROXY and EXTRA_CA_FILE are heeded. With --remove the secret is let go of, and deleted where no other
release needs it. Exit code 0: done; 1: failed, with the reason and what to do; 2: wrong input.

Example:
  hybrid-runner ecr-refresh --registry 111122223333.dkr.ecr.eu-west-1.amazonaws.com --namespace collate --namespace ingestion`

/** `ecr-refresh`: keeps the pull secret for a registry of ECR. */
export function ecrRefreshCommand(): Command {
  return new Command('ecr-refresh')
    .description('writes a fresh token of ECR into the pull secret of each namespace')
    .addOption(new Option('--registry <host>', 'host of the registry'))
    .addOption(new Option('--region <region>', "its region; else the one in the registry's name").env('AWS_REGION'))
    .addOption(new Option('-n, --namespace <name...>', 'each namespace whose pods pull from it'))
    .addOption(new Option('--secret <name>', 'the pull secret').default('omd-registry-credentials'))
    .addOption(new Option('--kept-for <name>', 'who needs it, as <namespace>/<release>; it stays while somebody does').default('nobody in particular'))
    .addOption(new Option('--keys-from <secret>', 'the Secret that the key comes from: without its key nothing else is tried'))
    .addOption(new Option('--remove', 'let go of the pull secret'))
    .addHelpText('after', EXAMPLE)
    .action(ecrRefresh)
}

async function ecrRefresh(options: EcrRefreshOptions): Promise<void> {
  const network = await networkFromEnvironment(process.env)
  const input: RefreshInput = {
    registry: options.registry,
    region: options.region,
    namespaces: options.namespace ?? [],
    secret: options.secret,
    keptFor: options.keptFor,
    keysFrom: options.keysFrom,
    environment: process.env,
  }
  return options.remove === true ? remove(input, network) : refresh(input, network)
}

async function refresh(input: RefreshInput, network: Result<Network, Issue[]>): Promise<void> {
  const settings = settingsFrom(input)
  if (!settings.ok || !network.ok) return wrongInput(settings, network)
  const token = await tokenOr(settings.value, network.value)
  const foreign = foreignAccount(settings.value, token)
  if (foreign !== undefined) process.stderr.write(`${foreign}\n`)
  return tell(await writePullSecrets(connectPullSecrets(network.value), settings.value, settings.value.registry, token))
}

async function remove(input: RefreshInput, network: Result<Network, Issue[]>): Promise<void> {
  const place = placeFrom(input)
  if (!place.ok || !network.ok) return wrongInput(place, network)
  return tell(await letGoOfPullSecrets(connectPullSecrets(network.value), place.value))
}

function wrongInput(...results: readonly Result<unknown, Issue[]>[]): never {
  process.stderr.write(`${formatIssues(results.flatMap((result) => (result.ok ? [] : result.error)))}\n`)
  process.exit(EXIT_WRONG_INPUT)
}

async function tokenOr({ registry, region }: TokenSource, network: Network): Promise<RegistryToken> {
  try {
    return await askForToken(region, network)
  } catch (error) {
    const secrets = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ACCESS_KEY_ID'].flatMap((name) => process.env[name] || [])
    const { kind, message } = tokenFailure(error, secrets)
    process.stderr.write(`no token for ${registry} (${kind}): ${message}\n`)
    process.exit(EXIT_FAILED)
  }
}

/** A token opens the registries of other accounts, too, when their policies say so: this is told, and refused by nobody. */
function foreignAccount({ registry }: TokenSource, { madeFor }: RegistryToken): string | undefined {
  const wanted = ecrRegistryOf(registry)?.account
  const given = ecrRegistryOf(madeFor?.replace(/^https?:\/\//, '') ?? '')?.account
  if (wanted === undefined || given === undefined || wanted === given) return undefined
  return `warning: the token is of account ${given}, and ${registry} is of account ${wanted}: pulls fail unless the policy of its repositories allows ${given}. What to do: check ecrRegistryHelper.registry, or give the key that Collate provides`
}

function tell(outcomes: readonly NamespaceOutcome[]): void {
  for (const { isGood, words } of outcomes) (isGood ? process.stdout : process.stderr).write(`${words}\n`)
  process.exit(outcomes.every(({ isGood }) => isGood) ? 0 : EXIT_FAILED)
}
