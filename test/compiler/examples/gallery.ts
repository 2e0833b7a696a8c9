import type { RunMethod } from '../../../compiler/admit.ts'
import type { Facts } from '../../../compiler/facts.ts'
import type { Policy } from '../../../compiler/policy.ts'
import { EXECUTORS } from '../../../compiler/policy/executor.ts'
import type { Executor } from '../../../compiler/policy/executor.ts'
import type { Point, RunCase } from './gallery-case.ts'
import { KIND_CASES } from './gallery-kinds.ts'
import { POLICY_CASES } from './gallery-policies.ts'
import { SECRETS_CASES } from './gallery-secrets.ts'
import { aPolicyOf } from './policy.ts'
import { FACTS } from './run.ts'
import { aMetadataRun } from './run-request.ts'

/** A case for one executor, everything filled in. */
export interface RunExample {
  readonly file: string
  readonly method: RunMethod
  readonly request: unknown
  readonly policy: Policy
  readonly facts: Facts
  readonly executor: Executor
  readonly point: Point
}

const FOLDERS: Readonly<Record<Executor, string>> = { simpleK8s: 'simple', argo: 'argo' }

export const RUN_CASES: Readonly<Record<string, RunCase>> = { ...POLICY_CASES, ...KIND_CASES, ...SECRETS_CASES }

/** File of a case, from `snapshots/`. */
export function goldenFile(name: string, executor: Executor): string {
  return `${FOLDERS[executor]}/${name}.yaml`
}

export const RUN_EXAMPLES: readonly RunExample[] = Object.entries(RUN_CASES).flatMap(([name, one]) =>
  (one.executors ?? EXECUTORS).map((executor) => ({
    file: goldenFile(name, executor),
    method: one.method ?? 'pipeline/run',
    request: one.request ?? aMetadataRun(),
    policy: aPolicyOf(executor, one.environment?.(executor) ?? {}, one.files ?? {}),
    facts: one.facts ?? FACTS,
    executor,
    point: one.point,
  })),
)
