import type { V1PodSpec } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import type { Workflow } from '../../../compiler/argo/workflow-types.ts'
import type { CustomConfigFiles } from '../../../compiler/policy/custom-config.ts'
import { anArgoPolicy, type Environment } from '../examples/policy.ts'
import { objectOf } from '../examples/run.ts'
import { aMetadataRun } from '../examples/run-request.ts'

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const NOT_MOUNTED = { INGESTION_AUTOMOUNT_SA_TOKEN: 'false' }

/** The spec of a run's Workflow, and the patch in it. */
function compiled(environment: Environment, files: CustomConfigFiles = {}): { spec: Workflow['spec']; patch: V1PodSpec } {
  const { spec } = objectOf('pipeline/run', aMetadataRun(), anArgoPolicy(environment, files)) as Workflow
  return { spec, patch: JSON.parse(spec.podSpecPatch) as V1PodSpec }
}

describe("Argo's own containers", () => {
  test.each([{}, NOT_MOUNTED])('have a token that ends with the pod, and the volume for it: %o', (environment) => {
    const { patch } = compiled(environment)
    const [own, volume] = [[...(patch.initContainers ?? []), ...patch.containers], patch.volumes?.[0]]
    expect(own.map(({ name, volumeMounts }) => [name, volumeMounts?.map(({ mountPath }) => mountPath)])).toEqual([
      ['init', [MOUNT_PATH]],
      ['wait', [MOUNT_PATH]],
    ])
    expect(volume?.projected?.sources?.map((source) => Object.keys(source)[0])).toEqual(['serviceAccountToken', 'configMap', 'downwardAPI'])
    expect(own[0]?.volumeMounts?.[0]?.name).toBe(volume?.name)
  })

  test('are left to the executor that an operator names, which brings its own', () => {
    const files = { workflowParams: { executor: { serviceAccountName: 'mine' } } }
    const { spec, patch } = compiled(NOT_MOUNTED, files)
    expect(spec).toMatchObject(files.workflowParams)
    expect(patch.volumes).toBeUndefined()
    expect([...(patch.initContainers ?? []), ...patch.containers].map(({ volumeMounts }) => volumeMounts)).toEqual([undefined, undefined])
  })

  test('keep what the patch of an operator mounts in that place', () => {
    const wait = { name: 'wait', volumeMounts: [{ mountPath: MOUNT_PATH, name: 'mine' }] }
    const { patch } = compiled({}, { workflowParams: { podSpecPatch: { containers: [wait], volumes: [{ name: 'mine', secret: { secretName: 'mine' } }] } } })
    expect(patch.containers.map(({ volumeMounts }) => volumeMounts)).toEqual([[{ mountPath: MOUNT_PATH, name: 'mine', readOnly: true }]])
  })
})

describe('whether the program gets a token', () => {
  test.each([
    { what: 'is left to the account', flag: undefined },
    { what: 'is said by the policy', environment: NOT_MOUNTED, flag: false },
    { what: 'is said by the policy whatever the account says', environment: { INGESTION_AUTOMOUNT_SA_TOKEN: 'true' }, flag: true },
    {
      what: 'is said by the operator before the policy',
      environment: NOT_MOUNTED,
      files: { workflowParams: { automountServiceAccountToken: true } },
      flag: true,
    },
    { what: 'is said by the operator', files: { workflowParams: { automountServiceAccountToken: false } }, flag: false },
  ])('$what, and never in the WorkflowSpec, where Argo would ask for a Secret', ({ environment = {}, files = {}, flag }) => {
    const { spec, patch } = compiled(environment, files)
    expect(patch.automountServiceAccountToken).toBe(flag)
    expect(spec).not.toHaveProperty('automountServiceAccountToken')
    expect(spec).not.toHaveProperty('executor')
  })
})
