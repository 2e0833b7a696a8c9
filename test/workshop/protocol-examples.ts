import type { RunnerMethod, ServerMethod } from '../../reconciler/link/methods.ts'
import { logCursor } from '../../reconciler/logs/log-position.ts'
import { APPLICATION_WITH_PIPELINE } from '../compiler/examples/application-requests.ts'
import { AUTOMATIONS } from '../compiler/examples/automation-requests.ts'
import { aMetadataRun, RUN_ID } from '../compiler/examples/run-request.ts'

interface ProtocolExample {
  readonly params: unknown
  /** Absent for a notification. */
  readonly result?: unknown
}

const run = aMetadataRun()
const { runner, ingestionPipeline, service } = run
const UPDATED_AT = 1_767_225_600_000
const reference = { id: ingestionPipeline['id'], fullyQualifiedName: ingestionPipeline['fullyQualifiedName'], updatedAt: UPDATED_AT }
const answered = (code: number, reason: string, more: object = {}): object => ({ code, reason, platform: 'Hybrid', version: '0.1.0', ...more })
const ofRun = { runId: RUN_ID }
/** Behind the one line of the log. */
const END_OF_LOG = logCursor({ attempt: 1, offset: 15, timeNs: BigInt(UPDATED_AT) * 1_000_000n + 123_456_789n, within: 15 }, RUN_ID)

/** One exchange for each method, as it could be seen on the link. */
export const EXAMPLES: Readonly<Record<RunnerMethod | ServerMethod, ProtocolExample>> = {
  'runner/hello': {
    params: {
      agentId: runner,
      runnerVersion: '0.1.0',
      protocolVersions: ['1.0'],
      executor: 'simple',
      kubernetesVersion: 'v1.35.4',
      capabilities: ['pipeline/run', 'run/kill', 'service/status'],
    },
    result: { protocolVersion: '1.0', serverVersion: '1.11.1', heartbeatIntervalMs: 10_000 },
  },
  'runner/heartbeat': { params: { agentId: runner, activeRuns: 3, queuedRuns: 5 }, result: {} },
  'runner/goodbye': { params: { agentId: runner, reason: 'SIGTERM' } },
  'desired/sync': {
    params: { agentId: runner, limit: 500 },
    result: {
      totalPipelines: 1,
      totalRuns: 1,
      pipelines: [{ ...reference, enabled: true }],
      runs: [{ runId: RUN_ID, pipelineFqn: reference.fullyQualifiedName }],
    },
  },
  'run/log': { params: { runId: RUN_ID, text: 'INFO connected\n', after: END_OF_LOG, isComplete: false } },
  'pipeline/run': { params: run, result: answered(200, `run accepted by runner ${String(runner)}`, ofRun) },
  'pipeline/deploy': {
    params: { runner, ingestionPipeline: { ...ingestionPipeline, updatedAt: UPDATED_AT }, service },
    result: answered(200, 'deployed', { data: { nextRun: UPDATED_AT + 7_200_000 } }),
  },
  'pipeline/delete': { params: { runner, ingestionPipeline: reference }, result: answered(200, 'deleted') },
  'pipeline/toggle': {
    params: { runner, ingestionPipeline: reference, enabled: false },
    result: answered(200, 'superseded: the pipeline was changed at 2026-01-02T00:00:00.000Z, which is later; nothing was done'),
  },
  'pipeline/kill': { params: { runner, ingestionPipeline: reference }, result: answered(200, 'stop requested for 1 run(s)') },
  'pipeline/queued': {
    params: { runner, ingestionPipeline: reference },
    result: answered(200, 'queued runs', { data: { queued: [{ runId: RUN_ID, pipelineState: 'queued', startDate: UPDATED_AT, timestamp: UPDATED_AT }] } }),
  },
  'run/kill': { params: { runner, ...ofRun }, result: answered(200, 'stop requested', ofRun) },
  'run/logs': {
    params: { runner, ...ofRun },
    result: answered(200, 'log of the run', { ...ofRun, data: { ingestion_task: 'INFO connected\n', total: '15', resumeAfter: END_OF_LOG } }),
  },
  'run/followLogs': { params: { runner, ...ofRun, after: END_OF_LOG }, result: answered(200, 'the log of the run is followed', ofRun) },
  'run/unfollowLogs': { params: { runner, ...ofRun }, result: answered(200, 'the log of the run is not followed', ofRun) },
  'automation/run': { params: AUTOMATIONS['test-connection'], result: answered(200, `run accepted by runner ${String(runner)}`, ofRun) },
  'application/run': { params: APPLICATION_WITH_PIPELINE, result: answered(200, `run accepted by runner ${String(runner)}`, ofRun) },
  'service/status': { params: {}, result: answered(200, 'healthy') },
  'service/hostIp': { params: {}, result: answered(200, 'as configured', { data: { ip: '203.0.113.7' } }) },
  'desired/changed': { params: {}, result: answered(200, 'noted') },
}
