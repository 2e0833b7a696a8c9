import type { V1Container, V1EnvVar, V1ResourceRequirements } from '@kubernetes/client-node'
import { podName } from './names.ts'
import { PAYLOAD_KEY } from './payload.ts'
import type { PipelineTypePolicy } from './pipeline-type-policy.ts'
import type { Policy } from './policy.ts'
import type { StoredRecord } from './record.ts'
import { overlayResources } from './resources.ts'
import { loaderVariables } from './secrets-manager.ts'

/** Name of the container that does the work; OpenMetadata's own tools read the log of the container of this name. */
export const MAIN_CONTAINER = 'main'

const PAYLOAD_DIRECTORY = '/etc/hybrid-runner/payload'

const ENTRY_POINT = 'main.py'

/**
 * Runs the entry point with `config` taken from the mounted file.
 *
 * The entry points read the variable only, and it is set inside the process because Linux refuses to start a program with an
 * environment string above 128 KiB.
 */
const RUN_WITH_FILE = [
  'import os, runpy',
  `os.environ['config'] = open('${PAYLOAD_DIRECTORY}/${PAYLOAD_KEY}', encoding='utf-8').read()`,
  `runpy.run_path('${ENTRY_POINT}', run_name='__main__')`,
].join('; ')

/** The one container of a run's pod. */
export function mainContainer(record: StoredRecord, policy: Policy, image: string, typePolicy: PipelineTypePolicy): V1Container {
  const isFile = record.spec.payload.delivery === 'file'
  return {
    name: MAIN_CONTAINER,
    image,
    imagePullPolicy: policy.imagePullPolicy,
    command: isFile ? ['python', '-c', RUN_WITH_FILE] : ['python', ENTRY_POINT],
    env: environment(record, policy),
    resources: resources(policy, typePolicy),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
    },
    ...(isFile ? { volumeMounts: [{ name: 'payload', mountPath: PAYLOAD_DIRECTORY, readOnly: true }] } : {}),
  }
}

function environment(record: StoredRecord, policy: Policy): V1EnvVar[] {
  const { spec, status } = record
  const extras = new Set(policy.extraEnvs.map(({ name }) => name))
  return [
    ...(spec.payload.delivery === 'env' ? [{ name: 'config', valueFrom: { secretKeyRef: { name: spec.payload.secretName, key: PAYLOAD_KEY } } }] : []),
    { name: 'pipelineType', value: literal(spec.pipeline.type) },
    { name: 'pipelineRunId', value: spec.runId },
    { name: 'ingestionPipelineFQN', value: literal(spec.pipeline.fullyQualifiedName) },
    { name: 'jobName', value: podName(record.name, status.attempt) },
    { name: 'namespace', value: policy.namespace },
    // The operator's own word wins: secrets may lie in another namespace.
    ...loaderVariables(policy.secretsManager, policy.namespace).filter(({ name }) => !extras.has(name)),
    ...policy.extraEnvs,
  ]
}

/** Kubernetes expands `$(NAME)` in values, which would put the payload of `$(config)` into a name; doubled, a dollar is a dollar. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$')
}

function resources(policy: Policy, typePolicy: PipelineTypePolicy): V1ResourceRequirements {
  const { requests, limits } = overlayResources(policy.resources, typePolicy.resources)
  return { requests: { ...requests }, limits: { ...limits } }
}
