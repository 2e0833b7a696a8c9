import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RUNNER_VERSION } from '../../reconciler/version.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { createNamespace, type TestNamespace } from '../cluster/namespaces.ts'
import { createPod, podLog, RESTRICTED_CONTAINER, waitForPod } from '../cluster/pods.ts'
import { imageFacts } from './image-facts.ts'
import { loadRunnerImage, runnerArchive, RUNNER_IMAGE_VALUES } from './runner-image.ts'

const IMAGE = `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}`
const MAX_BYTES = 200e6

let cluster: Cluster
let namespace: TestNamespace

beforeAll(async () => {
  cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
  namespace = await createNamespace(cluster, 'runner-image', { 'pod-security.kubernetes.io/enforce': 'restricted' })
  await loadRunnerImage(cluster)
})

afterAll(async () => namespace?.delete())

async function logOf(name: string, container: object): Promise<{ readonly phase: string; readonly log: string }> {
  await createPod(cluster, namespace.name, name, { containers: [{ name: 'main', image: IMAGE, securityContext: RESTRICTED_CONTAINER, ...container }] })
  const pod = await waitForPod(cluster, namespace.name, name, ['Succeeded', 'Failed'])
  return { phase: pod.status.phase, log: await podLog(cluster, namespace.name, name) }
}

describe("the runner's image", () => {
  test('is small, runs as nobody in particular, and holds one program beside Node', async () => {
    const { bytes, user, files } = await imageFacts(await runnerArchive())
    expect(bytes).toBeLessThan(MAX_BYTES)
    expect(user).toBe('65532:65532')
    expect(files.filter((path) => /^usr\/local\/bin\/./.test(path)).toSorted()).toEqual(['usr/local/bin/hybrid-runner', 'usr/local/bin/node'])
    expect(files.filter((path) => /^(usr\/)?s?bin\/(sh|bash|dash|busybox|apt|apt-get|npm)$/.test(path))).toEqual([])
  })

  test('starts under a read-only root as any user', async () => {
    expect(await logOf('version', { args: ['--version'] })).toEqual({ phase: 'Succeeded', log: `${RUNNER_VERSION}\n` })
    const securityContext = { ...RESTRICTED_CONTAINER, runAsUser: 1_000_660_000 }
    expect(await logOf('openshift', { args: ['--version'], securityContext })).toEqual({ phase: 'Succeeded', log: `${RUNNER_VERSION}\n` })
  })

  test('has the program on its path, where `kubectl exec` finds it', async () => {
    expect((await logOf('path', { command: ['hybrid-runner', 'runs', '--help'] })).log).toContain('Usage: hybrid-runner runs')
  })

  test('says what is missing when it is started without a configuration', async () => {
    const { phase, log } = await logOf('bare', { args: ['serve'] })
    expect(phase).toBe('Failed')
    expect(log).toContain('SERVER_URL: ')
  })
})
