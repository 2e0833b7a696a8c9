import { aPolicy } from '../compiler/examples/policy.ts'
import { runOf } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { createPod, podLog, RESTRICTED_CONTAINER, waitForPod } from '../cluster/pods.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { PACKAGE_IMAGE, PACKAGE_TAG } from './image.ts'

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
export async function lookedUpIn({ cluster, namespace }: Scenario, serviceAccountName: string, references: readonly string[]): Promise<readonly unknown[]> {
  const policy = aPolicy({ INGESTION_NAMESPACE: namespace, SECRETS_CHECK: 'off' })
  const { pod, payload } = runOf(aMetadataRun(), policy)
  const variables = pod.spec?.containers[0]?.env?.filter(({ value }) => value !== undefined) ?? []
  const env = [...variables, { name: 'config', value: payload.content }, { name: 'REFERENCES', value: JSON.stringify(references) }]
  const command = ['python', '-W', 'ignore', '-c', LOOKUP]
  const container = { name: 'main', image: `${PACKAGE_IMAGE}:${PACKAGE_TAG}`, command, env, securityContext: RESTRICTED_CONTAINER }
  const name = `lookup-by-${serviceAccountName}`
  await createPod(cluster, namespace, name, { serviceAccountName, containers: [container] })
  await waitForPod(cluster, namespace, name, ['Succeeded', 'Failed'], 150_000)
  const log = await podLog(cluster, namespace, name)
  const [, values] = /^VALUES (.*)$/m.exec(log) ?? []
  if (values === undefined) throw new Error(`the lookup did not end well:\n${log}`)
  return JSON.parse(values) as readonly unknown[]
}
