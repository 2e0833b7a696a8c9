import { aPolicy } from '../compiler/examples/policy.ts'
import { runOf } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { runInPackage } from './program-pod.ts'

/** Reads references as a field of a connection does, with the manager that the payload names. */
const LOOKUP = `
import json, os, yaml
from metadata.ingestion.api.parser import parse_workflow_config_gracefully
from metadata.ingestion.models.custom_pydantic import _CustomSecretStr
from metadata.utils.secrets.secrets_manager_factory import SecretsManagerFactory
server = parse_workflow_config_gracefully(yaml.safe_load(os.environ["config"])).workflowConfig.openMetadataServerConfig
SecretsManagerFactory(server.secretsManagerProvider, server.secretsManagerLoader)
print("VALUES", json.dumps([_CustomSecretStr(reference).get_secret_value() for reference in json.loads(os.environ["REFERENCES"])]))
`

/** What a pod of this service account, with the payload and the variables of a run, has in the place of references. */
export async function lookedUpIn(scenario: Scenario, serviceAccountName: string, references: readonly string[]): Promise<unknown> {
  const { pod, payload } = runOf(aMetadataRun(), aPolicy({ INGESTION_NAMESPACE: scenario.namespace }))
  const variables = pod.spec?.containers[0]?.env?.filter(({ value }) => value !== undefined) ?? []
  const env = [...variables, { name: 'config', value: payload.content }, { name: 'REFERENCES', value: JSON.stringify(references) }]
  const command = ['python', '-W', 'ignore', '-c', LOOKUP]
  const log = await runInPackage(scenario, { name: `lookup-by-${serviceAccountName}`, serviceAccountName, command, env })
  return JSON.parse(/^VALUES (.*)$/m.exec(log)?.[1] ?? 'null')
}
