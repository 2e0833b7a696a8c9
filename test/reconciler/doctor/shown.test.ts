import { describe, expect, test } from 'vitest'
import { shownEnvironment } from '../../../reconciler/doctor/shown-environment.ts'
import { shownPod } from '../../../reconciler/doctor/shown-pod.ts'

const HIDDEN = '(set; not shown)'

describe('the environment, shown to others', () => {
  test('has the values of the own variables, and of others only that they are set', () => {
    const environment = { AGENT_ID: 'prod', EXECUTOR_TYPE: 'argo', DB_PASSWORD: 'planted', EMPTY: '', ABSENT: undefined }
    expect(shownEnvironment(environment)).toEqual({ AGENT_ID: 'prod', DB_PASSWORD: HIDDEN, EXECUTOR_TYPE: 'argo' })
  })

  test.each(['AUTH_TOKEN', 'HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'INGESTION_EXTRA_ENVS', 'ARGO_EXTRA_ENVS'])(
    'hides %s, which may hold a secret',
    (name) => {
      expect(shownEnvironment({ [name]: 'planted' })).toEqual({ [name]: HIDDEN })
    },
  )

  test('hides credentials in an address', () => {
    expect(shownEnvironment({ SERVER_URL: 'wss://user:planted@acme.example.com' })).toEqual({ SERVER_URL: `wss://${HIDDEN}@acme.example.com` })
  })
})

test('of a pod is shown what Kubernetes says, and nothing that its program wrote', () => {
  const shown = shownPod({
    metadata: { name: 'run-1' },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', env: [{ name: 'X', value: 'planted' }] }] },
    status: {
      phase: 'Failed',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'PodFailed' },
        { type: 'PodScheduled', status: 'True' },
      ],
      initContainerStatuses: [
        {
          name: 'secrets',
          image: 'a:1',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } },
        },
      ],
      containerStatuses: [
        {
          name: 'main',
          image: 'b:1',
          imageID: '',
          ready: false,
          restartCount: 2,
          state: { terminated: { exitCode: 137, reason: 'OOMKilled', message: 'planted' } },
        },
      ],
    },
  })
  expect(shown).toMatchObject({
    name: 'run-1',
    node: 'node-1',
    phase: 'Failed',
    conditions: ['Ready=False, PodFailed'],
    containers: ['secrets (a:1, 0 restarts): waiting, ImagePullBackOff, no such image', 'main (b:1, 2 restarts): terminated with 137, OOMKilled'],
  })
  expect(JSON.stringify(shown)).not.toContain('planted')
})
