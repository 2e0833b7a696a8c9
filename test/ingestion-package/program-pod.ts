import { createPod, podLog, RESTRICTED_CONTAINER, waitForPod } from '../cluster/pods.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { PACKAGE_IMAGE, PACKAGE_TAG } from './image.ts'

interface Program {
  readonly name: string
  readonly command: readonly string[]
  readonly env: readonly { readonly name: string; readonly value?: string | undefined }[]
  readonly serviceAccountName?: string
}

/** Runs a program of the image in a pod of its own to its end, and gives what it wrote. Throws when it does not end with 0. */
export async function runInPackage({ cluster, namespace }: Scenario, { name, command, env, ...more }: Program): Promise<string> {
  const container = { name: 'main', image: `${PACKAGE_IMAGE}:${PACKAGE_TAG}`, command, env, securityContext: RESTRICTED_CONTAINER }
  await createPod(cluster, namespace, name, { ...more, containers: [container] })
  const { status } = await waitForPod(cluster, namespace, name, ['Succeeded', 'Failed'])
  const log = await podLog(cluster, namespace, name)
  if (status.phase === 'Failed') throw new Error(`the program ${name} did not end well:\n${log}`)
  return log
}
