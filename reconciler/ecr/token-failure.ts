/** Why AWS gave no token. */
export type TokenFailureKind =
  | 'NoIdentity'
  | 'KeyRefused'
  | 'Denied'
  | 'TrustRefused'
  | 'Expired'
  | 'ClockWrong'
  | 'Unreachable'
  | 'CertificateUnknown'
  | 'Busy'
  | 'Other'

export interface TokenFailure {
  readonly kind: TokenFailureKind
  /** What happened and the mend. Never holds a key. */
  readonly message: string
}

interface Facts {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly status: number
}

interface FailureRule {
  readonly kind: TokenFailureKind
  readonly fits: (facts: Facts) => boolean
  readonly what: string
  readonly mend: string
}

const has =
  (pattern: RegExp) =>
  ({ name, code, message }: Facts): boolean =>
    pattern.test(name) || pattern.test(code) || pattern.test(message)
const named =
  (pattern: RegExp) =>
  ({ name, code }: Facts): boolean =>
    pattern.test(name) || pattern.test(code)

/** The first that fits. */
const RULES: readonly FailureRule[] = [
  {
    kind: 'NoIdentity',
    fits: named(/^(CredentialsProviderError|ProviderError|TokenProviderError)$/),
    what: 'there is no key and no role to ask with',
    mend: 'give the key that Collate provides in ecrRegistryHelper.collateCredentials, or bind the service account to a role of AWS (ecrRegistryHelper.serviceAccount.annotations)',
  },
  {
    kind: 'ClockWrong',
    fits: ({ name, message }) => /RequestTimeTooSkewed|RequestExpired/.test(name) || (/Signature/.test(name) && /expired|not yet current/i.test(message)),
    what: "this machine's clock and that of AWS differ by more than five minutes",
    mend: 'mend the clock of the node, its time service most likely',
  },
  {
    kind: 'Expired',
    fits: named(/^ExpiredToken(Exception)?$/),
    what: 'the credentials have expired',
    mend: 'a temporary key (AWS_SESSION_TOKEN) lives for hours only: give a lasting one, as Collate provides it, or a role of AWS',
  },
  {
    kind: 'TrustRefused',
    fits: ({ name, message }) => /InvalidIdentityToken|IDPCommunicationError/.test(name) || /AssumeRole/.test(message),
    what: 'the role may not be taken on by this service account',
    mend: "let the role's trust policy name this account, and the hook's account beside it: <ecrRegistryHelper.serviceAccount.name> and <the same>-hook; or bring one account for both with ecrRegistryHelper.serviceAccount.create=false",
  },
  {
    kind: 'Denied',
    fits: named(/^AccessDenied(Exception)?$/),
    what: 'who asks may not have a token',
    mend: 'allow ecr:GetAuthorizationToken on * and, for the pull, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer; a key that Collate provides allows them: ask Collate',
  },
  {
    kind: 'KeyRefused',
    fits: named(
      /^(UnrecognizedClient|InvalidSignature|InvalidClientTokenId|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|AuthFailure|NotAuthorized)/,
    ),
    what: 'AWS does not know the key, or its secret half does not fit',
    mend: 'copy both halves again as Collate provides them, without blanks or line ends, into ecrRegistryHelper.collateCredentials or the Secret that it names; a key that was withdrawn must be asked for anew',
  },
  {
    kind: 'CertificateUnknown',
    fits: has(/CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|certificate/),
    what: 'the certificate of the endpoint is not trusted',
    mend: 'put the CA of a proxy that opens TLS into config.extraCa, or correct ecrRegistryHelper.endpoint',
  },
  {
    kind: 'Unreachable',
    fits: has(/^(E[A-Z]{3,}|TimeoutError|AbortError|UND_ERR_.*)$|cannot be reached|the proxy .* answered|socket hang up|getaddrinfo/),
    what: 'AWS cannot be reached',
    mend: 'open port 443 to api.ecr.<region>.amazonaws.com, name the proxy in config.proxy, or a private endpoint in ecrRegistryHelper.endpoint',
  },
  {
    kind: 'Busy',
    fits: ({ name, status }) => /Throttl|TooManyRequests|SlowDown|ServiceUnavailable|ServerException|InternalFailure/.test(name) || status >= 500,
    what: 'AWS has trouble of its own, or too much to do',
    mend: 'nothing: the next Job tries again, and the token that is there lives for twelve hours',
  },
]

/** Pure. `secrets` are never shown, whatever AWS has put into its words. */
export function tokenFailure(error: unknown, secrets: readonly string[]): TokenFailure {
  const facts = factsOf(error)
  const rule = RULES.find(({ fits }) => fits(facts))
  const words = withoutSecrets([facts.name, facts.code].find((word) => word !== '' && word !== 'Error') ?? 'Error', secrets)
  const said = saidBy(facts, rule?.kind, secrets)
  if (rule === undefined)
    return {
      kind: 'Other',
      message: `AWS gave no token (${words})${said}. What to do: ask again with the next Job; if it stays, look up this name in the documents of ECR`,
    }
  return { kind: rule.kind, message: `${rule.what} (${words})${said}. What to do: ${rule.mend}` }
}

/** Signatures quote what was signed: of those nothing is shown. */
function saidBy({ message }: Facts, kind: TokenFailureKind | undefined, secrets: readonly string[]): string {
  const isShown = kind !== 'KeyRefused' && kind !== 'ClockWrong' && message !== ''
  return isShown ? `: ${withoutSecrets(message.replaceAll(/\s+/g, ' ').slice(0, 400), secrets).replace(/\.$/, '')}` : ''
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret.length > 3).reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text)
}

/** An error of several tries to connect has no words of its own. */
function factsOf(error: unknown): Facts {
  const { name, code, message, $metadata, errors, Code } = Object(error) as Readonly<Record<string, unknown>>
  if (Array.isArray(errors) && errors.length > 0 && (message === '' || name === 'AggregateError')) return factsOf(errors[0])
  const { httpStatusCode } = Object($metadata) as Readonly<Record<string, unknown>>
  const word = (value: unknown): string => (typeof value === 'string' ? value : '')
  return { name: word(name), code: word(code ?? Code), message: word(message), status: typeof httpStatusCode === 'number' ? httpStatusCode : 0 }
}
