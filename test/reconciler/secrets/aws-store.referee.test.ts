import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INGESTION_POD } from '../../../reconciler/secrets/asker.ts'
import { awsStore } from '../../../reconciler/secrets/aws-store.ts'
import { type AwsWorld, startAwsWorld } from './aws-world.ts'
import { secretStoreContract } from './secret-store.contract.ts'

let world: AwsWorld
const NEVER = AbortSignal.timeout(600_000)

beforeAll(async () => {
  world = await startAwsWorld()
})

secretStoreContract(async () => world)

describe('AWS Secrets Manager', () => {
  const variables = { ...process.env }
  afterAll(() => Object.assign(process.env, variables))

  test('is asked in the region of an ARN', async () => {
    const environment = await world.environment('allowed')
    Object.assign(process.env, environment)
    const arn = await world.plantIn('us-east-2', 'over there')
    expect(await awsStore(environment, INGESTION_POD).read(arn, NEVER)).toEqual({ ok: true, value: 'over there' })
    expect(world.hosts.connects).toContain('secretsmanager.us-east-2.amazonaws.com:443')
  })

  test('is asked with the credentials of EKS Pod Identity', async () => {
    const environment = await world.podIdentity()
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
    Object.assign(process.env, environment)
    expect(await awsStore(environment, INGESTION_POD).read(await world.plant('by the agent'), NEVER)).toEqual({ ok: true, value: 'by the agent' })
  })

  test('that an agent of EKS Pod Identity gives no credentials for is told with the trust that the role needs', async () => {
    const environment = await world.podIdentity()
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
    Object.assign(process.env, environment)
    await writeFile(environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '', 'planted.foreign.token')
    const result = await awsStore(environment, INGESTION_POD).read('db', NEVER)
    const message = expect.stringContaining('trust pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession')
    expect(result).toMatchObject({ ok: false, error: { problem: 'no-credentials', message } })
    expect(JSON.stringify(result)).not.toContain('planted')
  })

  test('that holds the word null holds no value, as the ingestion image sees it', async () => {
    const environment = await world.environment('allowed')
    Object.assign(process.env, environment)
    expect(await awsStore(environment, INGESTION_POD).read(await world.plant('null'), NEVER)).toMatchObject({ ok: false, error: { problem: 'empty' } })
  })

  test('without a region is told which variable names it', async () => {
    const result = await awsStore({}, INGESTION_POD).read('mine', NEVER)
    expect(result).toMatchObject({ ok: false, error: { problem: 'no-credentials', message: expect.stringContaining('AWS_DEFAULT_REGION') } })
  })
})
