import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../cluster/shell.ts'
import { runnerPods } from '../charts/released.ts'
import { runnerProgram } from '../scenario/runner-program.ts'
import type { OutageStage } from './outage-stage.ts'

const FOLDER = fileURLToPath(new URL('../../test-results/outages', import.meta.url))

/** Keeps what an operator would see now, for people and for the documentation: the runner's log, also of its container before, and `hybrid-runner runs`. */
export async function keepAccount(stage: OutageStage, name: string): Promise<void> {
  const { cluster, namespace } = stage.place
  const env = { KUBECONFIG: cluster.kubeconfigPath }
  const runs = await run(process.execPath, [await runnerProgram(), 'runs', '--namespace', namespace], { env })
  const logs = []
  for (const { metadata } of await runnerPods(stage.released.release, stage.place)) {
    for (const previous of ['true', 'false']) {
      const { status, body } = await cluster.api({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${metadata.name}/log?previous=${previous}` })
      if (status === 200) logs.push(`# ${metadata.name}${previous === 'true' ? ', the container before' : ''}\n${body}`)
    }
  }
  await mkdir(FOLDER, { recursive: true })
  await writeFile(join(FOLDER, `${name}.txt`), [`# hybrid-runner runs\n${runs}`, ...logs].join('\n'))
}
