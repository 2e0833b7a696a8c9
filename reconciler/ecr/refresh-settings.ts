import { sha256Hex } from '../../compiler/sha256.ts'
import type { Issue } from '../../compiler/issue.ts'
import { dnsLabelRule, dnsSubdomainRule } from '../../compiler/kubernetes-names.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { ecrRegistryOf } from './registry-host.ts'

/** What the command line and the environment say. An empty text is none. */
export interface RefreshInput {
  readonly registry: string | undefined
  readonly region: string | undefined
  readonly namespaces: readonly string[]
  readonly secret: string
  readonly keptFor: string
  /** Name of the Secret that the key must come from; without one the SDK looks for an identity itself. */
  readonly keysFrom: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Where the pull secret lies, and for whom. */
export interface PullSecretPlace {
  readonly namespaces: readonly string[]
  readonly secret: string
  /** Of the one that wants it there: short, and allowed in a key. */
  readonly holder: string
  /** The same for people. */
  readonly keptFor: string
}

/** Whose token is asked for, and where. */
export interface TokenSource {
  readonly registry: string
  readonly region: string
}

export function placeFrom(input: RefreshInput): Result<PullSecretPlace, Issue[]> {
  const issues = placeIssues(input)
  if (issues.length > 0) return err(issues)
  const { secret, keptFor } = input
  return ok({ namespaces: [...new Set(input.namespaces)], secret, keptFor, holder: sha256Hex(keptFor).slice(0, 16) })
}

export function settingsFrom(input: RefreshInput): Result<PullSecretPlace & TokenSource, Issue[]> {
  const issues = [...placeIssues(input), ...sourceIssues(input)]
  const place = placeFrom(input)
  if (issues.length > 0 || !place.ok) return err(issues)
  const registry = input.registry ?? ''
  return ok({ ...place.value, registry, region: input.region || (ecrRegistryOf(registry)?.region ?? '') })
}

function placeIssues({ namespaces, secret, keptFor }: RefreshInput): Issue[] {
  const broken = namespaces.flatMap((name) => {
    const rule = dnsLabelRule(name)
    return rule === undefined ? [] : [{ code: 'invalid', path: '--namespace', message: `${JSON.stringify(name)} ${rule}` } as const]
  })
  const rule = dnsSubdomainRule(secret)
  const none: Issue[] =
    namespaces.length > 0 ? [] : [{ code: 'missing', path: '--namespace', message: 'is missing: name each namespace whose pods pull from the registry' }]
  const nameless: Issue[] =
    keptFor === '' ? [{ code: 'missing', path: '--kept-for', message: 'is empty: say who needs the secret, such as <namespace>/<release>' }] : []
  return [...none, ...broken, ...(rule === undefined ? [] : [{ code: 'invalid', path: '--secret', message: rule } as const]), ...nameless]
}

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/

function sourceIssues({ registry = '', region = '', keysFrom, environment }: RefreshInput): Issue[] {
  const known = ecrRegistryOf(registry)
  const issues: (Issue | undefined)[] = [
    registry === '' ? missing('--registry', 'name the host of the registry (ecrRegistryHelper.registry)') : undefined,
    registry !== '' && !HOST.test(registry)
      ? invalid('--registry', 'must be a host without scheme and path, such as 111122223333.dkr.ecr.eu-west-1.amazonaws.com (ecrRegistryHelper.registry)')
      : undefined,
    region === '' && known === undefined && registry !== ''
      ? missing('--region', 'the registry does not tell it; name it (ecrRegistryHelper.region)')
      : undefined,
    region !== '' && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)
      ? invalid('--region', 'must be a region of AWS, such as eu-west-1 (ecrRegistryHelper.region)')
      : undefined,
    region !== '' && known !== undefined && known.region !== region
      ? invalid(
          '--region',
          `is ${region}, and the registry is in ${known.region}, where a token of another region is worth nothing: set ecrRegistryHelper.region to ${known.region}`,
        )
      : undefined,
    ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) =>
      keysFrom !== undefined && !environment[name] ? missing(name, `put the key that Collate provides into the Secret ${keysFrom} under this name`) : undefined,
    ),
  ]
  return issues.filter((issue) => issue !== undefined)
}

const missing = (path: string, mend: string): Issue => ({ code: 'missing', path, message: `is missing: ${mend}` })
const invalid = (path: string, message: string): Issue => ({ code: 'invalid', path, message })
