import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { askForToken } from '../../reconciler/ecr/ecr-token.ts'
import { DIRECT } from '../../reconciler/network/network.ts'
import { type Moto, startMoto } from './moto.ts'

let moto: Moto
let folder: string

beforeAll(async () => {
  moto = await startMoto()
  folder = await mkdtemp(join(tmpdir(), 'ecr-'))
})
afterAll(async () => {
  await moto.stop()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', moto.url)
  vi.stubEnv('AWS_ENDPOINT_URL_STS', moto.url)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('HOME', folder)
})
afterEach(() => vi.unstubAllEnvs())

/** What moto gives to everybody who asks in the region. */
const TOKEN = { username: 'AWS', password: '123456789012-auth-token', madeFor: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com' }

test('a key gets a token of its account and the region', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret-key')
  expect(await askForToken('eu-west-1', DIRECT)).toMatchObject(TOKEN)
  expect(await askForToken('us-east-1', DIRECT)).toMatchObject({ madeFor: 'https://123456789012.dkr.ecr.us-east-1.amazonaws.com' })
})

test('without a key the role of the service account gets it, by the token that Kubernetes projects', async () => {
  const file = join(folder, 'projected-token')
  await writeFile(file, 'a.projected.token')
  vi.stubEnv('AWS_ACCESS_KEY_ID', '')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', '')
  vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/pull')
  vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', file)
  expect(await askForToken('eu-west-1', DIRECT)).toMatchObject(TOKEN)
})
