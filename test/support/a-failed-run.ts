import { parsePolicy } from '../../compiler/policy.ts'
import { failedRun } from '../../reconciler/failures/failed-run.ts'
import type { FailedRun } from '../../reconciler/failures/failure-cause.ts'
import { must } from '../compiler/examples/must.ts'

/** A metadata run under the policy of these variables. */
export function aFailedRun(environment: Readonly<Record<string, string>> = {}): FailedRun {
  const { policy } = must(parsePolicy({ INGESTION_MEMORY_LIMIT: '4096Mi', ...environment }))
  return failedRun({ kind: 'pipeline', pipeline: { id: 'id', name: 'nightly', fullyQualifiedName: 'prod.nightly', type: 'metadata' } }, policy)
}
