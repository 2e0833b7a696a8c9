import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CUSTOM_CONFIG_VARIABLES } from '../../../compiler/policy/custom-config.ts'
import type { FailureCase } from './failure-case.ts'
import { firstEventMs, unscheduledMs } from './kubernetes-times.ts'
import { type Stage, TYPE_OF } from './stage.ts'

const UNSCHEDULABLE = { failureClass: 'Unschedulable', becomes: 'waits', limitSeconds: 5, factMs: unscheduledMs } as const
const PULL = { failureClass: 'ImagePull', becomes: 'waits', limitSeconds: 35, factMs: firstEventMs('Failed') } as const

/** Runs whose pods cannot start: told as queued, with the reason, until somebody mends it or kills them. */
export const CASES_THAT_WAIT: readonly FailureCase[] = [
  {
    ...UNSCHEDULABLE,
    name: 'nodes all have a taint',
    cause: 'taint',
    words: /untolerated taint/,
    remedy: /"usage":.*"tolerations"/,
    request: { pipelineType: TYPE_OF.taint },
  },
  {
    ...UNSCHEDULABLE,
    name: 'node selector fits no node',
    cause: 'affinity',
    words: /didn't match Pod's node affinity\/selector/,
    remedy: /nodeSelector or affinity of profiler pods/,
    request: { pipelineType: TYPE_OF.affinity },
  },
  {
    ...UNSCHEDULABLE,
    name: 'request for CPU fits no node',
    cause: 'resources',
    words: /Insufficient cpu/,
    remedy: /asks for 900[^]*"requests":\{[^}]*"cpu":"450"/,
    request: { pipelineType: TYPE_OF.resources },
  },
  {
    name: 'image has an invalid name',
    failureClass: 'ImageInvalid',
    cause: 'name',
    becomes: 'waits',
    limitSeconds: 2,
    words: /InvalidImageName/,
    remedy: /lower case/,
    // Given up after ten seconds by itself, which is not what this case is about.
    environment: async (stage) => ({
      ...(await customConfig(stage, { containerParams: { image: 'localhost/Ingestion:1' } })),
      PENDING_IMAGE_INVALID_SECONDS: '300',
    }),
    factMs: firstEventMs('InspectFailed'),
  },
  {
    ...PULL,
    name: 'image is not in the registry',
    cause: 'notFound',
    words: /not found/,
    remedy: /no such image or tag/,
    environment: async ({ registry }) => imageOf(`${registry?.host}/open/ingestion:1`),
  },
  {
    ...PULL,
    name: 'image may not be pulled without credentials',
    cause: 'unauthorized',
    words: /authoriz|no basic auth/i,
    remedy: /imagePullSecrets/,
    environment: async ({ registry }) => imageOf(`${registry?.host}/closed/ingestion:1`),
  },
  {
    ...PULL,
    name: 'image pull secret is not there',
    cause: 'pullSecret',
    words: /FailedToRetrieveImagePullSecret.*\(regcred\)/,
    remedy: /The pull secret regcred is not there/,
    environment: async ({ registry }) => ({ ...imageOf(`${registry?.host}/closed/ingestion:2`), INGESTION_IMAGE_PULL_SECRETS: 'regcred' }),
  },
  {
    ...PULL,
    name: 'registry cannot be reached',
    cause: 'unreachable',
    words: /connection refused/,
    remedy: /does not reach the registry/,
    environment: async () => imageOf('localhost:9/ingestion:1'),
  },
  {
    name: 'variable comes from a Secret that is not there',
    failureClass: 'ConfigError',
    cause: 'secret',
    becomes: 'waits',
    words: /secret "warehouse" not found/,
    remedy: /Create the Secret warehouse/,
    environment: async (stage) => customConfig(stage, { containerParams: { envFrom: [{ secretRef: { name: 'warehouse' } }] } }),
  },
  {
    name: 'volume comes from a ConfigMap that is not there',
    failureClass: 'ConfigError',
    cause: 'configMap',
    becomes: 'waits',
    words: /FailedMount.*configmap "drivers" not found/,
    remedy: /Create the ConfigMap drivers/,
    environment: async (stage) =>
      customConfig(stage, {
        containerParams: { volumeMounts: [{ name: 'drivers', mountPath: '/drivers' }] },
        workflowParams: { volumes: [{ name: 'drivers', configMap: { name: 'drivers' } }] },
      }),
  },
]

function imageOf(image: string): Readonly<Record<string, string>> {
  return { INGESTION_IMAGE: image, DYNAMIC_INGESTION_VERSION_ENABLED: 'false' }
}

/** The runner's variables that name files with these fields. */
async function customConfig({ place }: Stage, files: Partial<Record<keyof typeof CUSTOM_CONFIG_VARIABLES, object>>): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(files).map(async ([name, fields]) => {
    const file = join(place.cluster.folder, `custom-${place.namespace}-${randomUUID()}.yaml`)
    await writeFile(file, JSON.stringify(fields))
    return [CUSTOM_CONFIG_VARIABLES[name as keyof typeof CUSTOM_CONFIG_VARIABLES], file]
  })
  return Object.fromEntries(await Promise.all(entries))
}
