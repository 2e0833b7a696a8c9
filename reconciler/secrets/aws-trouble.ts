import type { SecretProblem } from '../../compiler/secrets-report.ts'
import type { Asker } from './asker.ts'
import { quoted, saying, type SecretTrouble } from './secret-store.ts'

export interface AskedSecret {
  readonly name: string
  readonly region: string
  /** The role of the pod, as IRSA names it. */
  readonly role: string | undefined
  /** EKS Pod Identity is to give the credentials: its agent on the node is asked. */
  readonly hasPodIdentity: boolean
  readonly asker: Asker
}

const THROTTLED = /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|LimitExceeded\w*|SlowDown|PriorRequestNotComplete)$/
const EXPIRED = /^(ExpiredToken\w*|RequestExpired)$/
/** The key of a secret is refused, and not the secret, whose own name may speak of KMS. */
const OF_KEY = /\bto KMS\b|\bperform: kms:/
const BUSY = /^(InternalServiceError|InternalServerError|InternalFailure|ServiceUnavailable\w*|IDPCommunicationError\w*)$/

/** Why there are no credentials to ask with. */
export function credentialTrouble(error: unknown, secret: AskedSecret): SecretTrouble {
  const { name, message } = named(error)
  const what = `the credentials to read ${quoted(secret.name)} in AWS Secrets Manager`
  const role = secret.role === undefined ? 'the role' : secret.role
  if (EXPIRED.test(name))
    return { problem: 'expired-token', message: `the pod's token for ${what} has expired; see that the clocks of the nodes are right${awsSays(message)}` }
  if (THROTTLED.test(name)) return { problem: 'throttled', message: `AWS is too busy to give ${what}` }
  if (BUSY.test(name)) return { problem: 'unreachable', message: `AWS cannot give ${what} now (${name})` }
  if (/^(AccessDenied\w*|InvalidIdentityToken\w*|IDPRejectedClaim\w*)$/.test(name)) {
    const mend = `let the trust policy of ${role} allow sts:AssumeRoleWithWebIdentity for ${secret.asker.account}, by the OIDC provider of this cluster`
    return { problem: 'denied', message: `AWS refuses ${what}: ${mend}${awsSays(message)}` }
  }
  const mend = secret.hasPodIdentity
    ? `let the role in the EKS Pod Identity association of ${secret.asker.account} trust pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession, and the pod reach the agent on its node`
    : `give ${secret.asker.account} a role, by the annotation eks.amazonaws.com/role-arn or an EKS Pod Identity association`
  return { problem: 'no-credentials', message: `the pod has not ${what}; ${mend}` }
}

/** Why AWS Secrets Manager gave no value. */
export function secretTrouble(error: unknown, secret: AskedSecret): SecretTrouble {
  const { name, message } = named(error)
  const [problem, text] = troubleOf(name, message, secret)
  return { problem, message: text }
}

function troubleOf(name: string, message: string, { name: secret, region }: AskedSecret): [SecretProblem, string] {
  const what = `the secret ${quoted(secret)} in AWS Secrets Manager (${region})`
  if (name === 'ResourceNotFoundException') {
    if (message.includes('staging label')) return ['missing', `${what} has no current version; put a value there`]
    return ['missing', `there is no secret ${quoted(secret)} in AWS Secrets Manager (${region}); create it in this region, or mend the reference in Collate`]
  }
  if (name === 'DecryptionFailure' || (name === 'AccessDeniedException' && OF_KEY.test(message)))
    return ['denied', `the role of the pod may not decrypt ${what}: allow it kms:Decrypt on the key of the secret${awsSays(message)}`]
  if (name === 'AccessDeniedException')
    return ['denied', `the role of the pod may not read ${what}: allow it secretsmanager:GetSecretValue on ${resourceOf(secret, region)}${awsSays(message)}`]
  if (name === 'InvalidRequestException') return ['disabled', `${what} is marked for deletion or cannot be read now; restore it${awsSays(message)}`]
  if (name === 'InvalidParameterException' || name === 'ValidationException') return ['invalid-name', `${what}: AWS does not take this name${awsSays(message)}`]
  if (EXPIRED.test(name))
    return ['expired-token', `the credentials of the pod have expired before ${what} was read; see that the clocks of the nodes are right`]
  if (name === 'UnrecognizedClientException' || name === 'InvalidClientTokenId' || name === 'InvalidSignatureException')
    return ['no-credentials', `AWS does not know the credentials with which the pod asks for ${what}; see to its role, or to the key in its variables`]
  if (THROTTLED.test(name)) return ['throttled', `AWS is too busy to read ${what}`]
  if (BUSY.test(name)) return ['unreachable', `AWS cannot read ${what} now (${name})`]
  return ['other', `AWS does not give ${what}: ${name}`]
}

/** An ARN of a secret ends with six characters that its name does not tell. */
function resourceOf(name: string, region: string): string {
  return name.startsWith('arn:') ? name : `arn:${partitionOf(region)}:secretsmanager:${region}:<account>:secret:${name}-??????`
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** Texts of AWS's own errors name principals, actions and resources. */
function awsSays(message: string): string {
  return saying('AWS', message)
}

function named(error: unknown): { readonly name: string; readonly message: string } {
  return error instanceof Error ? error : { name: 'unknown', message: '' }
}
