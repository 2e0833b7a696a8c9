import { describe, expect, test } from 'vitest'
import { INGESTION_POD, RUNNER } from '../../../reconciler/secrets/asker.ts'
import { credentialTrouble, secretTrouble } from '../../../reconciler/secrets/aws-trouble.ts'

const ASKED = { name: '/collate/db', region: 'eu-west-1', role: undefined, hasPodIdentity: false, asker: INGESTION_POD }

function refusal(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name })
}

describe('a denial of AWS', () => {
  test.each([
    ['eu-west-1', 'arn:aws:secretsmanager:eu-west-1:<account>:secret:/collate/db-??????'],
    ['cn-north-1', 'arn:aws-cn:secretsmanager:cn-north-1:<account>:secret:/collate/db-??????'],
    ['us-gov-east-1', 'arn:aws-us-gov:secretsmanager:us-gov-east-1:<account>:secret:/collate/db-??????'],
  ])('in %s names the resource in the partition of its region', (region, resource) => {
    const { problem, message } = secretTrouble(refusal('AccessDeniedException'), { ...ASKED, region })
    expect([problem, message]).toEqual(['denied', expect.stringContaining(`allow it secretsmanager:GetSecretValue on ${resource}`)])
  })

  test('of an ARN names the ARN as it was given', () => {
    const name = 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db-AbCdEf'
    expect(secretTrouble(refusal('AccessDeniedException'), { ...ASKED, name }).message).toContain(`secretsmanager:GetSecretValue on ${name}`)
  })

  test.each([
    refusal('DecryptionFailure'),
    refusal('AccessDeniedException', 'Access to KMS is not allowed'),
    refusal('AccessDeniedException', 'User: arn:aws:sts::123456789012:assumed-role/reader/s is not authorized to perform: kms:Decrypt on this resource'),
  ])('of the key of a secret names the permission on the key: %s', (error) => {
    expect(secretTrouble(error, ASKED)).toMatchObject({ problem: 'denied', message: expect.stringContaining('allow it kms:Decrypt') })
  })

  test('of a secret whose own name speaks of KMS names the permission on the secret', () => {
    const name = '/prod/kms/db'
    const said = `User: u is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:1:secret:${name}-AbCdEf`
    const { message } = secretTrouble(refusal('AccessDeniedException', said), { ...ASKED, name })
    expect(message).toContain('allow it secretsmanager:GetSecretValue on')
    expect(message).not.toContain('kms:Decrypt')
  })

  test.each([
    { asker: INGESTION_POD, account: 'the ingestion service account' },
    { asker: RUNNER, account: "the runner's service account" },
  ])('to give credentials, and their absence, name $account', ({ asker, account }) => {
    const denied = credentialTrouble(refusal('AccessDenied'), { ...ASKED, role: 'arn:aws:iam::123456789012:role/reader', asker })
    expect(denied.message).toMatch(new RegExp(`trust policy of arn:aws:iam::123456789012:role/reader allow sts:AssumeRoleWithWebIdentity for ${account},`))
    expect(credentialTrouble(refusal('CredentialsProviderError'), { ...ASKED, asker }).message).toContain(`give ${account} a role`)
    const withAgent = credentialTrouble(refusal('CredentialsProviderError'), { ...ASKED, asker, hasPodIdentity: true })
    expect(withAgent.message).toContain(`association of ${account} trust pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession`)
  })
})
