import { randomUUID } from 'node:crypto'
import type { RequestOptions, RunRequest } from '../run-request.ts'
import type { Scenario } from '../scenario.ts'
import type { Canaries } from './canaries.ts'

/** Fields of connections that OpenMetadata keeps as passwords. */
const CONNECTION_FIELDS = [
  'password',
  'token',
  'privateKey',
  'snowflakePrivatekeyPassphrase',
  'clientSecret',
  'apiKey',
  'secretKey',
  'accessToken',
  'refreshToken',
  'consumerSecret',
  'securityToken',
  'saslPassword',
  'schemaRegistryBasicAuthUserInfo',
  'keystorePassphrase',
  'httpPath',
] as const

function connection(canaries: Canaries): object {
  const plain = Object.fromEntries(CONNECTION_FIELDS.map((field) => [field, canaries.plant(`connection.${field}`)]))
  return {
    config: {
      type: 'Mysql',
      username: 'reader',
      ...plain,
      authType: {
        password: canaries.plant('authType.password'),
        awsConfig: { awsSecretAccessKey: canaries.plant('aws.secret'), awsSessionToken: canaries.plant('aws.session') },
      },
      credentials: { gcpConfig: { privateKey: canaries.plant('gcp.privateKey'), privateKeyId: canaries.plant('gcp.privateKeyId') } },
      sslConfig: { sslKey: canaries.plant('ssl.key'), caCertificate: canaries.plant('ssl.ca') },
      connectionOptions: { list: [{ deep: canaries.plant('options.deep') }] },
      connectionArguments: { [canaries.plant('arguments.key')]: 'a secret as a key' },
    },
  }
}

function sourceConfig(given: unknown, canaries: Canaries): object {
  const { config } = given as { readonly config: object }
  const dbtConfigSource = {
    dbtCloudAuthToken: canaries.plant('dbt.token'),
    dbtSecurityConfig: { clientSecret: canaries.plant('dbt.clientSecret') },
  }
  const storageConfig = { awsConfig: { awsSecretAccessKey: canaries.plant('samples.secret') } }
  return { config: { ...config, dbtConfigSource, sampleDataStorageConfig: { storageConfig } } }
}

/** With the bot's token as the scenario has it. */
export function serverConnection(scenario: Scenario, canaries: Canaries): object {
  return {
    ...(scenario.request().ingestionPipeline['openMetadataServerConnection'] as object),
    extraHeaders: { 'X-Api-Key': canaries.plant('server.header') },
    sslConfig: { caCertificate: canaries.plant('server.ca') },
    secretsManagerCredentials: { awsSecretAccessKey: canaries.plant('server.credentials') },
  }
}

/** A run that holds every secret that a request can hold. */
export function runWithSecrets(scenario: Scenario, canaries: Canaries, options: Partial<RequestOptions> = {}): RunRequest {
  const runId = randomUUID()
  const request = scenario.request({ runId, pipelineName: `of-${runId}`, ...options })
  const { ingestionPipeline } = request
  return {
    ...request,
    ingestionPipeline: {
      ...ingestionPipeline,
      sourceConfig: sourceConfig(ingestionPipeline['sourceConfig'], canaries),
      openMetadataServerConnection: serverConnection(scenario, canaries),
      processingEngine: { config: { token: canaries.plant('engine.token') } },
      aFieldOfTomorrow: { secret: canaries.plant('pipeline.tomorrow') },
    },
    service: { ...request.service, connection: options.connection ?? connection(canaries) },
  }
}

export function automationWithSecrets(scenario: Scenario, canaries: Canaries, simulate: object): object {
  const request = {
    connection: { config: { type: 'Mysql', password: canaries.plant('automation.password'), authType: { privateKey: canaries.plant('automation.key') } } },
    ...{ serviceType: 'Database', connectionType: 'Mysql', serviceName: 'prod_mysql', simulate },
  }
  const id = randomUUID()
  const workflow = {
    id,
    name: `test-connection-Mysql-${id}`,
    workflowType: 'TEST_CONNECTION',
    request,
    openMetadataServerConnection: serverConnection(scenario, canaries),
  }
  return { runner: scenario.agentId, runId: randomUUID(), workflow }
}

export function applicationWithSecrets(scenario: Scenario, canaries: Canaries, simulate: object): object {
  const app = {
    ...{
      id: randomUUID(),
      name: 'AutomatorApplication',
      fullyQualifiedName: 'AutomatorApplication',
      sourcePythonClass: 'metadata.applications.automator.AutomatorApp',
    },
    appConfiguration: { type: 'Automator', slackToken: canaries.plant('app.slack'), simulate },
    privateConfiguration: { token: canaries.plant('app.private') },
    openMetadataServerConnection: serverConnection(scenario, canaries),
  }
  return { runner: scenario.agentId, runId: randomUUID(), app, configOverride: { password: canaries.plant('override.password') } }
}

/** Requests that are wrong in as many ways, each with a secret where it is wrong. */
export function wrongRequests(scenario: Scenario, canaries: Canaries): object[] {
  const good = (): RunRequest => runWithSecrets(scenario, canaries)
  const withPipeline = (fields: object): object => ({ ...good(), ingestionPipeline: { ...good().ingestionPipeline, ...fields } })
  return [
    { ...good(), runId: canaries.plant('wrong.runId') },
    { ...good(), configOverride: { password: canaries.plant('wrong.override') } },
    { ...good(), notAfter: canaries.plant('wrong.notAfter') },
    { ...good(), service: canaries.plant('wrong.service') },
    { ...good(), runner: { password: canaries.plant('wrong.runner') } },
    { ...good(), ingestionPipeline: [canaries.plant('wrong.pipeline')] },
    withPipeline({ id: { password: canaries.plant('wrong.pipelineId') } }),
    withPipeline({ airflowConfig: { retries: canaries.plant('wrong.retries') } }),
    withPipeline({ sourceConfig: canaries.plant('wrong.sourceConfig') }),
    withPipeline({ openMetadataServerConnection: canaries.plant('wrong.server') }),
    withPipeline({ loggerLevel: canaries.plant('wrong.level') }),
  ]
}
