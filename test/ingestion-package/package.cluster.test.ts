/**
 * The real openmetadata-ingestion in the pods: it reads a real PostgreSQL, and tells the reference server what is in it.
 *
 * Only where nothing is left out, for its image takes minutes to build. What the package reads of a payload and of a store is always
 * asked, without pods, by test/referees.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { podLog } from '../cluster/pods.ts'
import { createRest } from '../collate/openmetadata-client.ts'
import type { Postgres } from '../postgres/postgres.ts'
import { shownWorkflow } from '../scenario/automation-story.ts'
import { expectOneStart } from '../scenario/run-story.ts'
import { type Scenario, startScenario } from '../scenario/scenario.ts'
import { podOf, untilSettled } from '../scenario/settled.ts'
import { loadPackageImage, PACKAGE_IMAGE, PACKAGE_VERSION } from './image.ts'
import { metadataRun, testOf } from './package-story.ts'
import { allowSecrets, connectionTo, keepSecret, startShop } from './shop.ts'

const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const A_RUN_MS = 170_000

const ENOUGH = {
  INGESTION_IMAGE: `${PACKAGE_IMAGE}:om-0.0.0-cl-0.0.0`,
  INGESTION_CPU_LIMIT: '2',
  INGESTION_MEMORY_REQUEST: '256Mi',
  INGESTION_MEMORY_LIMIT: '1Gi',
  INGESTION_AUTOMATION_WORKFLOW_CPU_REQUEST: '10m',
  INGESTION_AUTOMATION_WORKFLOW_CPU_LIMIT: '2',
}

describe.runIf(IS_ALL)('the real ingestion package', () => {
  let scenario: Scenario
  let postgres: Postgres

  beforeAll(async () => {
    postgres = await startShop()
    scenario = await startScenario({ namespacePrefix: 'package', collate: { serverVersion: PACKAGE_VERSION }, environment: ENOUGH })
    await loadPackageImage(scenario.cluster)
    await allowSecrets(scenario.cluster, scenario.namespace)
    await keepSecret(scenario.cluster, scenario.namespace, 'shop-password', postgres.password)
  }, 900_000)
  afterAll(async () => {
    await scenario?.stop()
    await postgres?.stop()
  })

  const connection = (password: string): object => connectionTo(scenario.cluster, postgres, password)

  async function logOf(runId: string): Promise<string> {
    const pod = await podOf(scenario, runId)
    return podLog(scenario.cluster, scenario.namespace, pod?.metadata.name ?? '')
  }

  test(
    'a metadata run reads tables and views with a password out of a Kubernetes Secret, and tells its own end',
    async () => {
      const request = await metadataRun(scenario, connection('secret:shop-password'))
      expect(await scenario.run(request)).toMatchObject({ result: { code: 200 } })
      const end = await untilSettled(scenario, request.runId, A_RUN_MS)
      const log = await logOf(request.runId)
      expect(end, log).toMatchObject({ state: 'success' })
      const { fullyQualifiedName } = request.ingestionPipeline
      const written = await scenario.collate.history({ runId: request.runId })
      expect(written.map(({ status, writer }) => [writer, status.pipelineState])).toEqual([
        ['bot', 'running'],
        ['bot', 'success'],
      ])
      expect(await scenario.collate.status(fullyQualifiedName, request.runId)).toMatchObject({
        status: [
          { name: 'Postgres', errors: 0 },
          { name: 'OpenMetadata', errors: 0 },
        ],
      })
      await expectOneStart(scenario, request.runId)
    },
    A_RUN_MS,
  )
})
