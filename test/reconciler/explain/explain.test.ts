import type { V1Node, V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { explain, type Findings } from '../../../reconciler/explain/explain.ts'
import { explanationText } from '../../../reconciler/explain/explanation-text.ts'
import { aPolicy } from '../../compiler/examples/policy.ts'
import { NOW_MS } from '../../compiler/examples/run.ts'
import { aPodOf, exited, running, unschedulable, waitingFor } from '../../support/a-pod.ts'
import { aRecord } from '../../support/a-record.ts'

const RECORD = aRecord()
const POD = aPodOf(RECORD)
const TAINTED = unschedulable(POD, '0/2 nodes are available: 2 node(s) had untolerated taint(s).')

function found(findings: Partial<Findings> = {}): Findings {
  return { pod: POD, record: RECORD, events: [], nodes: undefined, policy: aPolicy(), nowMs: NOW_MS + 60_000, ...findings }
}

function aNode(name: string, { taints = [], labels = {} }: { taints?: NonNullable<V1Node['spec']>['taints']; labels?: Record<string, string> } = {}): V1Node {
  return { metadata: { name, labels }, spec: { taints: taints ?? [] } }
}

const DEDICATED = { key: 'dedicated', value: 'others', effect: 'NoSchedule' }

function withoutLabels(pod: V1Pod): V1Pod {
  return { ...pod, metadata: { ...pod.metadata, labels: {}, annotations: {}, ownerReferences: [] } }
}

describe('an explanation', () => {
  test.each<{ name: string; findings: Partial<Findings>; state: string; failure: object | null }>([
    {
      name: 'that waits for a node',
      findings: { pod: TAINTED },
      state: 'waiting',
      failure: { failureClass: 'Unschedulable', cause: 'taint', isRetried: 'never' },
    },
    { name: 'that was just created', findings: {}, state: 'starting', failure: null },
    { name: 'that runs', findings: { pod: running(POD) }, state: 'running', failure: null },
    { name: 'that ended well', findings: { pod: exited(POD, 0) }, state: 'success', failure: null },
    {
      name: 'that ended badly, before the runner has written it down',
      findings: { pod: exited(POD, 127) },
      state: 'failed',
      failure: { failureClass: 'ExitCode', cause: 'commandNotFound', message: 'container main ended with exit code 127' },
    },
    {
      name: 'whose pod waits for an image',
      findings: { pod: waitingFor(POD, 'ErrImagePull', '401 Unauthorized') },
      state: 'waiting',
      failure: { failureClass: 'ImagePull', cause: 'unauthorized', runbook: 'docs/failures.md#imagepull' },
    },
  ])('of a run $name: $state', ({ findings, state, failure }) => {
    const explanation = explain(found(findings))
    expect(explanation).toMatchObject({ state, runId: RECORD.spec.runId, pipelineType: RECORD.spec.pipeline.type, isOurs: true })
    if (failure === null) expect(explanation.failure).toBeNull()
    else expect(explanation.failure).toMatchObject(failure)
  })

  test('of a run whose pod would be refused is that refusal, with what to do', () => {
    const message = 'pods "run" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=0, limited: pods=0'
    const { pod: _, ...findings } = found({ start: { kind: 'refused', pending: { failureClass: 'Unschedulable', message } } })
    const explanation = explain(findings)
    expect(explanation).toMatchObject({ state: 'queued', failure: { failureClass: 'Unschedulable', cause: 'quota', message } })
    expect(explanation.failure?.remedy).toContain('compute')
  })

  test.each([
    { start: { kind: 'free' } as const, tells: 'The API server would take its pod now.' },
    { start: { kind: 'untried', why: 'Argo makes its pod' } as const, tells: 'the cluster refuses its pod (a quota, a webhook)' },
  ])('of a run without a pod tells what may hold it up ($start.kind)', ({ start, tells }) => {
    const { pod: _, ...findings } = found({ start })
    const explanation = explain(findings)
    expect(explanation).toMatchObject({ state: 'queued', failure: null })
    expect(explanation.notes.join('\n')).toContain(tells)
  })

  test('of a run that has ended is what its record says, whatever its pod shows', () => {
    const end = { state: 'failed', failureClass: 'Evicted', message: 'Evicted: low', startedAtMs: null, endedAtMs: NOW_MS, isAcknowledged: true } as const
    const record = { ...RECORD, status: { ...RECORD.status, phase: 'Ended', end } } as const
    expect(explain(found({ record, pod: exited(POD, 1) })).failure).toMatchObject({ failureClass: 'Evicted', message: 'Evicted: low' })
  })

  test('of a run without a pod says that it waits for its turn', () => {
    const { pod: _, ...rest } = found()
    expect(explain(rest)).toMatchObject({ state: 'queued', failure: null, notes: [expect.stringContaining('waits for its turn')] })
  })

  test('tells what Argo says of a Workflow', () => {
    expect(explain(found({ workflow: { name: 'w', phase: 'Error', message: 'no room' } })).notes).toContain('Workflow w is Error: no room')
  })

  test('of a pod whose record is gone goes by its labels', () => {
    const { record: _, ...rest } = found({ pod: TAINTED })
    expect(explain(rest)).toMatchObject({
      runId: RECORD.spec.runId,
      pipelineType: 'metadata',
      isOurs: true,
      failure: { remedy: expect.stringContaining('"metadata"') },
    })
  })

  test('of somebody else’s pod says so, and tells nobody what to paste', () => {
    const { record: _, ...rest } = found({ pod: withoutLabels(TAINTED) })
    const explanation = explain(rest)
    expect(explanation).toMatchObject({ isOurs: false, failure: { failureClass: 'Unschedulable', remedy: '' } })
    expect(explanationText(explanation, NOW_MS)).toContain('none of the runner’s pods')
  })
})

describe('with the nodes at hand', () => {
  test('the taint in the way is named, and what stands on every node', () => {
    const nodes = [aNode('one', { taints: [DEDICATED] }), aNode('two', { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] })]
    const { failure, notes } = explain(found({ pod: TAINTED, nodes }))
    expect(failure?.remedy).toContain('The nodes have the taint dedicated=others:NoSchedule.')
    expect(failure?.remedy).not.toContain('not-ready')
    expect(notes).toEqual([
      'one: has the taint dedicated=others:NoSchedule, which the pod does not tolerate',
      'two: has the taint node.kubernetes.io/not-ready:NoSchedule, which the pod does not tolerate',
    ])
  })

  test('only nodes that would fit otherwise are to be tolerated', () => {
    const pod = { ...TAINTED, spec: { containers: [], ...TAINTED.spec, nodeSelector: { pool: 'x' } } }
    const nodes = [aNode('one', { taints: [DEDICATED], labels: { pool: 'x' } }), aNode('two', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })]
    const { failure, notes } = explain(found({ pod, nodes }))
    expect(failure?.remedy).toContain('dedicated=others')
    expect(failure?.remedy).not.toContain('gpu')
    expect(notes[1]).toContain('lacks the label pool=x')
  })

  test.each([
    { name: 'the same key, value and effect', toleration: { key: 'dedicated', operator: 'Equal', value: 'others', effect: 'NoSchedule' }, fits: true },
    { name: 'the key alone', toleration: { key: 'dedicated', operator: 'Exists' }, fits: true },
    { name: 'everything', toleration: { operator: 'Exists' }, fits: true },
    { name: 'another value', toleration: { key: 'dedicated', value: 'ingestion' }, fits: false },
    { name: 'another effect', toleration: { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, fits: false },
  ])('a toleration of $name is read as the scheduler reads it', ({ toleration, fits }) => {
    const pod = { ...TAINTED, spec: { containers: [], ...TAINTED.spec, tolerations: [toleration] } }
    const [note] = explain(found({ pod, nodes: [aNode('one', { taints: [DEDICATED] })] })).notes
    expect(note).toContain(fits ? 'one: taints and labels fit' : 'does not tolerate')
  })

  test('an account that may not read them is told so', () => {
    expect(explain(found({ pod: TAINTED })).notes).toEqual([expect.stringContaining('may not read nodes')])
  })
})

test('the text for a terminal has the class, Kubernetes’ words, what to do, the events and where to read on', () => {
  const event = { metadata: { name: 'e' }, involvedObject: {}, reason: 'FailedScheduling', message: 'no node', count: 4, lastTimestamp: new Date(NOW_MS) }
  const text = explanationText(explain(found({ pod: TAINTED, events: [event] })), NOW_MS + 12_000)
  for (const words of [
    `Pod ${POD.metadata?.name} (run ${RECORD.spec.runId}`,
    'Class: Unschedulable/taint  (tried again: no)',
    'Kubernetes says:\n  Unschedulable: 0/2 nodes are available',
    'What to do:\n  ',
    '12s ago  FailedScheduling x4  no node',
    'More: docs/failures.md#unschedulable',
  ])
    expect(text).toContain(words)
})
