import { describe, expect, test } from 'vitest'
import { formatIssues } from '../../compiler/issue.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import type { CustomConfigFiles } from '../../compiler/policy/custom-config.ts'
import { EXECUTORS } from '../../compiler/policy/executor.ts'
import type { Executor } from '../../compiler/policy/executor.ts'
import { aPolicyOf } from './examples/policy.ts'
import { objectOf } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'
import { viewOf } from './examples/view.ts'

function problems(executor: Executor, files: CustomConfigFiles): string[] {
  const parsed = parsePolicy({ EXECUTOR_TYPE: executor }, files)
  return parsed.ok ? [] : parsed.error.map(({ path }) => path)
}

describe.each(EXECUTORS)('fields of the operator under %s', (executor) => {
  const viewWith = (files: CustomConfigFiles) => viewOf(objectOf('pipeline/run', aMetadataRun(), aPolicyOf(executor, {}, files)))

  test('win over what the policy says', () => {
    const view = viewWith({
      containerParams: { resources: { limits: { memory: '8Gi' } }, imagePullPolicy: 'Never' },
      workflowParams: { nodeSelector: { zone: 'a' }, activeDeadlineSeconds: 60 },
    })
    expect(view.container.resources?.limits).toEqual({ cpu: '1000m', memory: '8Gi' })
    expect([view.container.imagePullPolicy, view.spec.nodeSelector, view.deadlineSeconds]).toEqual(['Never', { zone: 'a' }, 60])
  })

  test('leave the variables of the run, and add others', () => {
    const before = viewWith({}).container.env ?? []
    const after = viewWith({ containerParams: { env: [{ name: 'MORE', value: 'x' }] } }).container.env ?? []
    expect(after).toHaveLength(before.length + 1)
    expect(after).toEqual(expect.arrayContaining([...before, { name: 'MORE', value: 'x' }]))
  })

  test.each<{ name: string; files: CustomConfigFiles; place: string }>([
    { name: 'the command', files: { containerParams: { command: ['sh'] } }, place: 'command' },
    { name: 'the name of the container', files: { containerParams: { name: 'other' } }, place: 'containerParams.name' },
    { name: 'the payload', files: { containerParams: { env: [{ name: 'config', value: 'x', valueFrom: null }] } }, place: 'env' },
    { name: 'the brace that values refer to', files: { containerParams: { env: [{ name: 'OPENING_BRACE', value: 'x' }] } }, place: 'env' },
    { name: 'the security context of the container', files: { containerParams: { securityContext: { privileged: true } } }, place: 'privileged' },
    { name: 'the capabilities', files: { containerParams: { securityContext: { capabilities: { drop: null } } } }, place: 'capabilities' },
    { name: 'the security context of the pod', files: { workflowParams: { securityContext: { runAsUser: 0 } } }, place: 'runAsUser' },
    { name: 'the service account', files: { workflowParams: { serviceAccountName: 'other' } }, place: 'serviceAccountName' },
    {
      name: 'a label that ties pod and run',
      files: { workflowParams: { podMetadata: { labels: { 'hybrid-runner.collate.io/record': 'x' } } } },
      place: 'labels',
    },
    { name: 'the host network', files: { workflowParams: { hostNetwork: true } }, place: 'hostNetwork' },
    { name: 'anything of these by a patch', files: { workflowParams: { podSpecPatch: { hostPID: true } } }, place: 'hostPID' },
  ])('may not touch $name, and the start says so', ({ files, place }) => {
    const found = problems(executor, files)
    expect(found.length).toBeGreaterThan(0)
    expect(found.some((path) => path.includes(place))).toBe(true)
  })

  test('of a wrong shape are told with their path', () => {
    expect(problems(executor, { containerParams: { env: 'x' } })[0]).toContain('containerParams.env')
    expect(problems(executor, { workflowParams: { tolerations: {} } })[0]).toContain('workflowParams.tolerations')
  })
})

describe('Argo', () => {
  test.each(['entrypoint', 'templates', 'templateDefaults', 'workflowTemplateRef', 'retryStrategy', 'suspend', 'shutdown'])('keeps %s', (field) => {
    expect(problems('argo', { workflowParams: { [field]: {} } })).toEqual([`workflowParams.${field}`])
  })

  test('keeps its own patch beside that of the operator', () => {
    const workflow = objectOf('pipeline/run', aMetadataRun(), aPolicyOf('argo', {}, { workflowParams: { podSpecPatch: '{"hostUsers": false}' } }))
    expect(JSON.parse(String(Reflect.get(workflow.spec ?? {}, 'podSpecPatch')))).toMatchObject({
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 60,
      hostUsers: false,
      containers: [{ name: 'wait' }],
    })
  })

  test('says what is wrong with a patch that is no JSON', () => {
    const parsed = parsePolicy({ EXECUTOR_TYPE: 'argo' }, { workflowParams: { podSpecPatch: '{' } })
    expect(parsed.ok ? '' : formatIssues(parsed.error)).toBe('workflowParams.podSpecPatch: must be JSON, or the object itself')
  })
})
