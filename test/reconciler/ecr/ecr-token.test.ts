import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { askForToken } from '../../../reconciler/ecr/ecr-token.ts'
import { tokenFailure, type TokenFailureKind } from '../../../reconciler/ecr/token-failure.ts'
import { DIRECT, type Network, networkOf } from '../../../reconciler/network/network.ts'
import { type CertificateAuthority, createAuthority } from '../../network/certificate-authority.ts'
import { startConnectProxy } from '../../network/connect-proxy.ts'
import { startTlsFront } from '../../network/tls-front.ts'
import { type AwsAnswer, refusal, refusalInXml, startAwsServer, tokenAnswer } from '../../ecr/aws-server.ts'

const SECRET_KEY = 'planted-secret-key'
const SECRETS = [SECRET_KEY, 'AKIAPLANTED']
const stops: (() => Promise<unknown>)[] = []

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAPLANTED')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET_KEY)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const stop of stops.splice(0)) await stop()
})

/** A server with that answer becomes the endpoint of ECR. Gives its port. */
async function answering(answer: AwsAnswer): Promise<number> {
  const server = await startAwsServer(answer)
  stops.push(server.stop)
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', `http://127.0.0.1:${server.port}`)
  return server.port
}

const failureOf = async (network: Network = DIRECT) =>
  askForToken('eu-west-1', network).then(
    () => expect.unreachable('a token was given'),
    (error: unknown) => tokenFailure(error, SECRETS),
  )

describe('a token', () => {
  test('is asked for at the endpoint of the environment, and taken apart', async () => {
    await answering(tokenAnswer('a-token:with:colons'))
    expect(await askForToken('eu-west-1', DIRECT)).toEqual({
      username: 'AWS',
      password: 'a-token:with:colons',
      expiresAt: '2026-01-02T03:04:05.000Z',
      madeFor: 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com',
    })
  })

  test('that is not in the answer is a failure', async () => {
    await answering({ status: 200, body: { authorizationData: [] } })
    expect(await failureOf()).toEqual({ kind: 'Other', message: expect.stringContaining('the answer holds no token') as string })
  })
})

describe('a refusal of AWS', () => {
  test.each<{ answer: AwsAnswer; kind: TokenFailureKind }>([
    { answer: refusal('UnrecognizedClientException', 'The security token included in the request is invalid.'), kind: 'KeyRefused' },
    { answer: refusal('InvalidSignatureException', `The Canonical String should have been ${SECRET_KEY}`), kind: 'KeyRefused' },
    { answer: refusal('InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z'), kind: 'ClockWrong' },
    { answer: refusal('ExpiredTokenException', 'The security token included in the request is expired'), kind: 'Expired' },
    { answer: refusal('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: ecr:GetAuthorizationToken'), kind: 'Denied' },
    { answer: refusal('ServerException', 'down', 500), kind: 'Busy' },
    { answer: refusal('ThrottlingException', 'Rate exceeded', 400), kind: 'Busy' },
    { answer: refusal('SomethingNewException', 'never heard of'), kind: 'Other' },
  ])('is told as $kind, with a mend and without the key: $answer.body.__type', async ({ answer, kind }) => {
    await answering(answer)
    const failure = await failureOf()
    expect(failure).toEqual({ kind, message: expect.stringMatching(/What to do: ./) as string })
    for (const secret of SECRETS) expect(failure.message).not.toContain(secret)
  })

  test('with no key and no role to be found names both', async () => {
    await answering(tokenAnswer('x'))
    vi.stubEnv('AWS_ACCESS_KEY_ID', '')
    vi.stubEnv('HOME', '/nonexistent')
    expect(await failureOf()).toMatchObject({ kind: 'NoIdentity', message: expect.stringMatching(/collateCredentials.*serviceAccount/) as string })
  })

  test('to let a service account take on a role names its trust policy', async () => {
    const sts = await startAwsServer(refusalInXml('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403))
    stops.push(sts.stop)
    vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${sts.port}`)
    vi.stubEnv('AWS_ACCESS_KEY_ID', '')
    vi.stubEnv('HOME', '/nonexistent')
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::111122223333:role/pull')
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', new URL('ecr-token.test.ts', import.meta.url).pathname)
    expect(await failureOf()).toMatchObject({ kind: 'TrustRefused', message: expect.stringContaining('trust policy') as string })
    expect(sts.actions.length).toBeGreaterThan(0)
  })
})

describe('an endpoint that is not reached', () => {
  test('because nobody listens', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_ECR', 'http://127.0.0.1:9')
    expect(await failureOf()).toMatchObject({ kind: 'Unreachable' })
  })

  test('because its name is unknown', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_ECR', 'https://nowhere.invalid')
    expect(await failureOf()).toMatchObject({ kind: 'Unreachable', message: expect.stringContaining('port 443') as string })
  })
})

describe('the ways out', () => {
  let authority: CertificateAuthority

  /** A TLS endpoint of a company's own CA, on this machine. */
  async function encrypted(answer: AwsAnswer): Promise<void> {
    authority = await createAuthority()
    const front = await startTlsFront(await authority.sign('DNS:localhost'), await answering(answer))
    stops.push(front.stop, authority.remove)
    vi.stubEnv('AWS_ENDPOINT_URL_ECR', `https://localhost:${front.port}`)
  }

  const networkWith = (proxy?: string): Network =>
    networkOf(
      { httpProxy: undefined, httpsProxy: proxy, noProxy: '' },
      { name: '', current: () => [authority.certificate], reread: async () => Promise.resolve(false) },
    )

  test('trust no CA that nobody named', async () => {
    await encrypted(tokenAnswer('x'))
    expect(await failureOf()).toMatchObject({ kind: 'CertificateUnknown', message: expect.stringContaining('config.extraCa') as string })
  })

  test("trust the operator's own CA", async () => {
    await encrypted(tokenAnswer('through-tls'))
    expect(await askForToken('eu-west-1', networkWith())).toMatchObject({ password: 'through-tls' })
  })

  test('lead through the proxy with its credentials', async () => {
    await encrypted(tokenAnswer('through-a-proxy'))
    const proxy = await startConnectProxy({ credentials: 'me:pass' })
    stops.push(proxy.stop)
    expect(await askForToken('eu-west-1', networkWith(proxy.url))).toMatchObject({ password: 'through-a-proxy' })
    expect(proxy.connects.length).toBe(1)
  })

  test('tell of a proxy that refuses, and never its password', async () => {
    await encrypted(tokenAnswer('x'))
    const proxy = await startConnectProxy({ credentials: 'me:pass' })
    stops.push(proxy.stop)
    const failure = await failureOf(networkWith(proxy.url.replace('me:pass', 'me:wrong-word')))
    expect(failure).toMatchObject({ kind: 'Unreachable', message: expect.stringContaining('407') as string })
    expect(failure.message).not.toContain('wrong-word')
  })
})
