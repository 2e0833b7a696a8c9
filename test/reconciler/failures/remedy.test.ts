import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FAILURE_CLASSES } from '../../../compiler/failure-class.ts'
import { parsePolicy } from '../../../compiler/policy.ts'
import { remedyFor } from '../../../reconciler/failures/remedy.ts'
import { must } from '../../compiler/examples/must.ts'

const simple = { executor: 'simpleK8s', pipelineType: 'metadata', memoryLimit: '4096Mi' } as const
const argo = { ...simple, executor: 'argo' } as const
const TAINT = '1 node(s) had untolerated taint {nodetype: ingestion}'

/** The lines of values.yaml that a remedy prints. */
function valuesIn(remedy: string): { extraEnvs: { name: string; value: string }[] } {
  return parse(remedy.slice(remedy.search(/^(extraEnvs|config):/m)))
}

describe('a remedy', () => {
  test.each(FAILURE_CLASSES)('stands for %s', (failureClass) => {
    expect(remedyFor(failureClass, 'whatever', simple)).not.toBe('')
  })

  test('for a taint prints lines that, pasted, make the pods tolerate it', () => {
    const [variable] = valuesIn(remedyFor('Unschedulable', TAINT, simple)).extraEnvs
    const { policy } = must(parsePolicy({ [variable?.name ?? '']: variable?.value }))
    expect(policy.pipelineTypes.get('metadata')?.tolerations).toEqual([{ key: 'nodetype', operator: 'Equal', value: 'ingestion' }])
  })

  test('for the taint that Argo’s one string can say prints that string', () => {
    const [variable] = valuesIn(remedyFor('Unschedulable', 'untolerated taint {dedicated: x}', argo)).extraEnvs
    expect(variable).toEqual({ name: 'ARGO_PIPELINE_TYPE_CONFIGS', value: '{"metadata":{"toleration":"x"}}' })
  })

  test('for a taint that Argo’s one string cannot say goes through the workflow parameters', () => {
    expect(valuesIn(remedyFor('Unschedulable', TAINT, argo))).toEqual({
      config: {
        ingestionPods: { customConfig: { enabled: true, workflowParams: { tolerations: [{ key: 'nodetype', operator: 'Equal', value: 'ingestion' }] } } },
      },
    })
  })

  test('for a taint that the scheduler does not name says how to see it', () => {
    expect(remedyFor('Unschedulable', '1 node(s) had untolerated taint(s)', simple)).toContain('kubectl get nodes')
  })

  test('for memory names the limit of now', () => {
    expect(remedyFor('OOMKilled', '', simple)).toContain('(now 4096Mi)')
  })

  test.each([
    { message: 'failed to resolve reference "x:y": x:y: not found', says: 'no such image' },
    { message: 'pull access denied, repository does not exist or may require authorization', says: 'no such image' },
    { message: 'failed to authorize: 401 Unauthorized', says: 'refuses the credentials' },
    { message: 'dial tcp: lookup registry.example.com: no such host', says: 'does not reach' },
    { message: 'Back-off pulling image', says: 'by hand' },
  ])('for "$message" $says', ({ message, says }) => {
    expect(remedyFor('ImagePull', message, simple)).toContain(says)
  })
})
