import { describe, expect, test } from 'vitest'
import { INGESTION_POD } from '../../../reconciler/secrets/asker.ts'
import { gcpTrouble } from '../../../reconciler/secrets/gcp-trouble.ts'

const ASKED = { name: 'db', project: 'acme', asker: INGESTION_POD }
const PERMISSION_DENIED = 7
const FAILED_PRECONDITION = 9

function ofGoogle(code: number, message: string): Error {
  return Object.assign(new Error(message), { code, statusDetails: [] })
}

describe('a denial of Google', () => {
  test.each([
    { said: "Permission 'secretmanager.versions.access' denied for resource 'projects/acme/secrets/db/versions/latest'", mend: 'secretmanager.secretAccessor' },
    { said: 'Secret Manager API has not been used in project 1 before or it is disabled.', mend: 'secretmanager.googleapis.com of project acme is off' },
    { said: 'Request had insufficient authentication scopes.', mend: 'iam.gke.io/gcp-service-account' },
    { said: "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: a", mend: 'VPC Service Controls' },
  ])('that says "$said" names what mends it, and no other thing', ({ said, mend }) => {
    const { problem, message } = gcpTrouble(ofGoogle(PERMISSION_DENIED, said), ASKED)
    expect([problem, message]).toEqual(['denied', expect.stringContaining(mend)])
    expect(message).toContain(`Google says: ${said}`)
    expect(message.includes('secretAccessor')).toBe(mend.includes('secretAccessor'))
  })
})

describe('a secret that cannot be read as it is', () => {
  test.each([
    { said: 'Secret Version [projects/1/secrets/db/versions/2] is in DISABLED state.', mend: 'add a new one' },
    { said: 'The Cloud KMS key of the secret is not enabled.', mend: 'Cloud KMS' },
  ])('is told as disabled, and what mends it: $said', ({ said, mend }) => {
    expect(gcpTrouble(ofGoogle(FAILED_PRECONDITION, said), ASKED)).toMatchObject({ problem: 'disabled', message: expect.stringContaining(mend) })
  })
})

test.each([
  [3, 'invalid-name'],
  [4, 'unreachable'],
  [5, 'missing'],
  [8, 'throttled'],
  [13, 'unreachable'],
  [14, 'unreachable'],
  [16, 'expired-token'],
  [2, 'other'],
] as const)('the number %i of gRPC is told as %s', (code, problem) => {
  expect(gcpTrouble(ofGoogle(code, ''), ASKED).problem).toBe(problem)
})

test('a page that somebody on the way wrote decides nothing by its words, and is not shown', () => {
  const page = Object.assign(new Error("planted: organization's policy"), { code: PERMISSION_DENIED })
  const { message } = gcpTrouble(page, ASKED)
  expect(message).toContain('secretAccessor')
  expect(message).not.toContain('planted')
})

test.each([
  [{ status: 403 }, '', 'denied'],
  [{ response: { status: 404 } }, '', 'denied'],
  [{}, 'invalid_grant: the token is stale', 'expired-token'],
  [{}, 'Could not load the default credentials', 'no-credentials'],
  [{}, 'something else', 'other'],
] as const)('who gives no token, with %j and %j, is told as %s', (fields, said, problem) => {
  expect(gcpTrouble(Object.assign(new Error(said), fields), ASKED).problem).toBe(problem)
})
