/** Files of the operator's that change while the runner runs. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Scenario, startScenario } from './scenario.ts'
import { podOf, untilSettled } from './settled.ts'

let file: string
let scenario: Scenario

const withVariable = (value: string): string => `env:\n  - name: MARK\n    value: ${value}\n`

beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'changed-config-')), 'container-params.yaml')
  await writeFile(file, withVariable('first'))
  scenario = await startScenario({ namespacePrefix: 'changed-config', environment: { ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: file } })
})
afterAll(async () => scenario?.stop())

async function markOfNewRun(): Promise<unknown> {
  const request = scenario.request()
  expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
  await untilSettled(scenario, request.runId)
  const spec = (await podOf(scenario, request.runId))?.spec as {
    readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value?: string }[] }[]
  }
  return spec.containers[0]?.env.find(({ name }) => name === 'MARK')?.value
}

test('a change reaches the next run without a restart of the process, and a wrong one changes nothing', async () => {
  expect(await markOfNewRun()).toBe('first')

  await writeFile(file, 'env: 5\n')
  await scenario.runner().waitForLine('the changed configuration is wrong; what was read before stays in force')
  expect(await markOfNewRun()).toBe('first')

  await writeFile(file, withVariable('second'))
  await scenario.runner().waitForLine((line) => line.msg === 'runner stopped' && line['reason'] === 'its configuration has changed')
  await scenario.collate.waitForConnections({ count: 2, agentId: scenario.agentId })
  await scenario.collate.waitForRunner(scenario.agentId, 'Active')
  expect(await markOfNewRun()).toBe('second')
})
