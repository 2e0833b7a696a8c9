import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { PipelineTypePolicy } from '../../../compiler/policy/pipeline-type-policy.ts'
import { parsePolicy } from '../../../compiler/policy.ts'
import { remedyFor } from '../../../reconciler/failures/failure-table.ts'
import { must } from '../../compiler/examples/must.ts'
import { aFailedRun } from '../../support/a-failed-run.ts'

const simple = aFailedRun()
const argo = aFailedRun({ EXECUTOR_TYPE: 'argo' })
const TAINT = '1 node(s) had untolerated taint {nodetype: ingestion}'

/** The lines of values.yaml that a remedy prints. */
function valuesIn(remedy: string): { extraEnvs: { name: string; value: string }[] } {
  const lines = remedy.slice(remedy.search(/^(extraEnvs|config):/m)).split('\n')
  const end = lines.findIndex((line, index) => index > 0 && !line.startsWith(' '))
  return parse((end < 0 ? lines : lines.slice(0, end)).join('\n'))
}

/** The policy of metadata pods once the lines are pasted. */
function pasted(remedy: string, executor = 'simpleK8s'): PipelineTypePolicy | undefined {
  const [variable] = valuesIn(remedy).extraEnvs
  const { policy } = must(parsePolicy({ EXECUTOR_TYPE: executor, [variable?.name ?? '']: variable?.value }))
  return policy.pipelineTypes.get('metadata')
}

test('a remedy for a deleted payload says of a run by schedule that it comes back', () => {
  const message = 'the payload of the run was deleted before its pod had read it'
  expect(remedyFor('ConfigError', message, simple)).toContain('Run the pipeline again')
  const remedy = remedyFor('ConfigError', message, { ...simple, isScheduled: true })
  expect(remedy).toContain('with the next sync')
  expect(remedy).not.toContain('Nobody can bring')
})

describe('a remedy for a taint', () => {
  test('prints lines that, pasted, make the pods tolerate it', () => {
    expect(pasted(remedyFor('Unschedulable', TAINT, simple))?.tolerations).toEqual([{ key: 'nodetype', operator: 'Equal', value: 'ingestion' }])
  })

  test('keeps what the table says of this type and of others', () => {
    const table = {
      metadata: { tolerations: [{ key: 'a', operator: 'Exists' }], nodeSelector: { pool: 'x' }, resources: { limits: { cpu: '2' } } },
      profiler: { priorityClass: 'high' },
    }
    const run = aFailedRun({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify(table) })
    const [variable] = valuesIn(remedyFor('Unschedulable', TAINT, run)).extraEnvs
    expect(JSON.parse(variable?.value ?? '')).toEqual({
      ...table,
      metadata: { ...table.metadata, tolerations: [...table.metadata.tolerations, { key: 'nodetype', operator: 'Equal', value: 'ingestion' }] },
    })
  })

  test('takes along what the type had from the entry "default", and says that it has none of its own', () => {
    const run = aFailedRun({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: '{"default": {"nodeSelector": {"pool": "x"}}}' })
    const remedy = remedyFor('Unschedulable', TAINT, run)
    expect(pasted(remedy)).toMatchObject({ nodeSelector: { pool: 'x' }, tolerations: [{ key: 'nodetype' }] })
    expect(remedy).toContain('SIMPLEK8S_PIPELINE_TYPE_CONFIGS has no entry "metadata" and takes the entry "default".')
  })

  test('names the key that is missing when there is no default either', () => {
    expect(remedyFor('Unschedulable', TAINT, simple)).toContain('has no entry "metadata" and none called "default"')
  })

  test('that Argo’s one word can say prints that word', () => {
    const [variable] = valuesIn(remedyFor('Unschedulable', 'untolerated taint {dedicated: x}', argo)).extraEnvs
    expect(variable).toEqual({ name: 'ARGO_PIPELINE_TYPE_CONFIGS', value: '{"metadata":{"toleration":"x"}}' })
  })

  test('that Argo’s one word cannot say goes through the workflow parameters', () => {
    expect(valuesIn(remedyFor('Unschedulable', TAINT, argo))).toEqual({
      config: {
        ingestionPods: { customConfig: { enabled: true, workflowParams: { tolerations: [{ key: 'nodetype', operator: 'Equal', value: 'ingestion' }] } } },
      },
    })
  })

  test('that the scheduler does not name says who does', () => {
    expect(remedyFor('Unschedulable', '1 node(s) had untolerated taint(s)', simple)).toContain('hybrid-runner explain names it')
  })

  test('that somebody has seen on the nodes names it, with its effect', () => {
    const run = { ...simple, nodeTaints: [{ key: 'spot', value: '', effect: 'NoExecute' }] }
    const remedy = remedyFor('Unschedulable', '1 node(s) had untolerated taint(s)', run)
    expect(remedy).toContain('The nodes have the taint spot:NoExecute.')
    expect(pasted(remedy)?.tolerations).toEqual([{ key: 'spot', operator: 'Exists', effect: 'NoExecute' }])
  })
})

describe('a remedy for resources', () => {
  test('names what the pod asks for, and prints half of it', () => {
    const run = aFailedRun({ INGESTION_CPU_REQUEST: '900', INGESTION_CPU_LIMIT: '900' })
    const remedy = remedyFor('Unschedulable', '1 Insufficient cpu, 1 Insufficient memory', run)
    expect(remedy).toContain('cpu (the pod asks for 900) and memory')
    expect(pasted(remedy)?.resources.requests['cpu']).toBe('450')
  })

  test('names the limit that was too small for a pod, and prints twice as much', () => {
    const remedy = remedyFor('OOMKilled', 'container main was killed for using more memory than its limit of 64Mi (exit code 137)', simple)
    expect(remedy).toContain('(now 64Mi)')
    expect(pasted(remedy)?.resources.limits).toEqual({ memory: '128Mi' })
  })

  test('gives the check of secrets the more memory by lines that, pasted, the runner takes', () => {
    const remedy = remedyFor('OOMKilled', 'container secrets was killed for using more memory than its limit of 256Mi (exit code 137)', simple)
    const { config } = valuesIn(remedy) as unknown as { config: { ingestionPods: { customConfig: { workflowParams: object } } } }
    const { workflowParams } = config.ingestionPods.customConfig
    expect(workflowParams).toEqual({ podSpecPatch: { initContainers: [{ name: 'secrets', resources: { limits: { memory: '512Mi' } } }] } })
    expect(parsePolicy({ EXECUTOR_TYPE: 'simpleK8s' }, { workflowParams })).toMatchObject({ ok: true })
  })

  test('takes the limit of the policy when the pod’s is not known', () => {
    expect(remedyFor('OOMKilled', 'container main was killed', simple)).toContain('(now 4096Mi)')
  })

  test('of a pod that ate the memory of its node asks for as much as it may use', () => {
    expect(pasted(remedyFor('Evicted', 'Evicted: The node was low on resource: memory.', simple))?.resources.requests).toEqual({ memory: '4096Mi' })
  })
})

describe('a remedy names', () => {
  test.each([
    ['ConfigError', 'container main: CreateContainerConfigError: secret "warehouse" not found', 'the Secret warehouse'],
    ['ConfigError', 'FailedMount: MountVolume.SetUp failed for volume "d" : configmap "drivers" not found', 'the ConfigMap drivers'],
    ['ConfigError', "CreateContainerConfigError: couldn't find key password in Secret ingestion/warehouse", 'the key password to Secret ingestion/warehouse'],
    ['Rejected', 'admission webhook "validation.gatekeeper.sh" denied the request: no', 'webhook "validation.gatekeeper.sh"'],
    ['Rejected', "ValidatingAdmissionPolicy 'limits-needed' with binding 'b' denied request: no", 'policy "limits-needed"'],
    ['Rejected', 'pods "x" is forbidden: violates PodSecurity "restricted:latest": ...', '"restricted:latest"'],
    ['Rejected', 'pods "x" is forbidden: no PriorityClass with name ingestion was found', 'PriorityClass ingestion'],
    ['Unschedulable', 'pods "x" is forbidden: exceeded quota: team-a, requested: pods=1', 'quota team-a'],
    ['Unschedulable', 'pods "x" is forbidden: status unknown for quota: team-b, resources: pods', 'what the quota team-b of the namespace limits'],
    ['ImagePull', '401 Unauthorized; FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting', 'pull secret regcred'],
  ] as const)('%s: %s: %s', (failureClass, message, words) => {
    expect(remedyFor(failureClass, message, simple)).toContain(words)
  })
})
