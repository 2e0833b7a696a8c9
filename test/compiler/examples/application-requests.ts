import { BUILT_RUNS, DUMMY_PASSWORD } from './pipeline-runs.ts'
import { aMetadataRun } from './run-request.ts'

const { runner, runId, ingestionPipeline } = aMetadataRun()

const APP = {
  id: 'a5e4a9d0-3c11-4b7e-9a51-5a0d7c1e2f33',
  name: 'AutomatorApplication',
  fullyQualifiedName: 'AutomatorApplication',
  className: 'org.openmetadata.service.resources.apps.AutomatorApp',
  sourcePythonClass: 'metadata.applications.automator.AutomatorApp',
  appType: 'external',
  scheduleType: 'Scheduled',
  permission: 'All',
  runtime: { enabled: true },
  appConfiguration: { type: 'Automator', resources: { type: ['table'], queryFilter: '{}' }, actions: [] },
  privateConfiguration: { token: DUMMY_PASSWORD },
}

/** `application/run` of an App that has no pipeline. */
export const APPLICATION_ALONE = { runner, runId, app: { ...APP, openMetadataServerConnection: ingestionPipeline['openMetadataServerConnection'] } }

/** `application/run` of an App with the pipeline it runs as, and an override for this run. */
export const APPLICATION_WITH_PIPELINE = {
  runner,
  runId,
  app: APP,
  ingestionPipeline: BUILT_RUNS['application'].ingestionPipeline,
  configOverride: { resources: { type: ['topic'] }, dryRun: true },
}
