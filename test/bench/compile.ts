/**
 * How fast the compiler is: `npm run bench:compile`.
 *
 * One run is what the agent does for it: parse the JSON of a request, admit it, compile the stored record. Every kind of run takes
 * its turn, for both executors. Prints runs per second on one core, the times of one run, the slowest kinds, and by how much the
 * heap grew over all of them, after collection.
 */
import { ADMIT_BY_METHOD, type RunMethod } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import type { Policy } from '../../compiler/policy.ts'
import { APPLICATION_ALONE, APPLICATION_WITH_PIPELINE } from '../compiler/examples/application-requests.ts'
import { AUTOMATIONS } from '../compiler/examples/automation-requests.ts'
import { must } from '../compiler/examples/must.ts'
import { PIPELINE_RUNS } from '../compiler/examples/pipeline-runs.ts'
import { aPolicy } from '../compiler/examples/policy.ts'
import { FACTS, NOW_MS } from '../compiler/examples/run.ts'

const RUNS = 100_000
const WARM_UP_RUNS = 10_000
const AIM_P99_MS = 1

interface Case {
  readonly name: string
  readonly method: RunMethod
  readonly text: string
  readonly policy: Policy
}

const PLACEMENT = { nodeSelector: { zone: 'a' }, priorityClass: 'ingestion-high', resources: { limits: { memory: '8Gi' } } }
const POLICIES = {
  simple: aPolicy({ SIMPLEK8S_PIPELINE_TYPE_CONFIGS: JSON.stringify({ default: { tolerations: [{ key: 'dedicated', operator: 'Exists' }], ...PLACEMENT } }) }),
  argo: aPolicy({ EXECUTOR_TYPE: 'argo', ARGO_PIPELINE_TYPE_CONFIGS: JSON.stringify({ default: { toleration: 'openmetadata-hybrid-runner', ...PLACEMENT } }) }),
}

const REQUESTS: readonly (readonly [RunMethod, string, object])[] = [
  ...Object.entries(PIPELINE_RUNS).map(([name, params]) => ['pipeline/run', name, params] as const),
  ...Object.entries(AUTOMATIONS).map(([name, params]) => ['automation/run', name, params] as const),
  ['application/run', 'application-alone', APPLICATION_ALONE],
  ['application/run', 'application-with-pipeline', APPLICATION_WITH_PIPELINE],
]

const CASES: readonly Case[] = Object.entries(POLICIES).flatMap(([executor, policy]) =>
  REQUESTS.map(([method, name, params]) => ({ name: `${executor} ${name}`, method, text: JSON.stringify(params), policy })),
)

const facts = { ...FACTS, nowMs: NOW_MS }

/** Each run has an id of its own. */
function requestText({ text }: Case, run: number): string {
  return text.replace(/"runId":"[^-]*/, `"runId":"${run.toString(16).padStart(8, '0')}`)
}

function runOnce({ method, policy }: Case, text: string): void {
  const { record } = must(ADMIT_BY_METHOD[method](JSON.parse(text), policy, facts))
  must(compile({ ...record, uid: 'uid', resourceVersion: '1', isBeingDeleted: false, finalizers: [] }, policy, facts))
}

function caseOf(run: number): Case {
  const chosen = CASES[run % CASES.length]
  if (chosen === undefined) throw new Error('there are no cases')
  return chosen
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run with node --expose-gc, so that the heap can be measured')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

function percentile(times: Float64Array, share: number): number {
  const sorted = times.toSorted()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function timesOfCase(times: Float64Array, index: number): Float64Array {
  return times.filter((_, run) => run % CASES.length === index)
}

const times = new Float64Array(RUNS)
for (let run = 0; run < WARM_UP_RUNS; run += 1) runOnce(caseOf(run), requestText(caseOf(run), run))
const heapBefore = heapBytes()
const start = performance.now()
for (let run = 0; run < RUNS; run += 1) {
  const text = requestText(caseOf(run), run)
  const before = performance.now()
  runOnce(caseOf(run), text)
  times[run] = performance.now() - before
}
const seconds = (performance.now() - start) / 1000
const growth = heapBytes() - heapBefore
const slowest = CASES.map(({ name }, index) => ({ name, p99: percentile(timesOfCase(times, index), 0.99) })).toSorted((one, other) => other.p99 - one.p99)

console.log(`runs           ${RUNS}, ${CASES.length} cases in turn: parse JSON, admit, compile`)
console.log(`per second     ${Math.round(RUNS / seconds)} on one core`)
console.log(`p50            ${percentile(times, 0.5).toFixed(3)} ms`)
console.log(`p99            ${percentile(times, 0.99).toFixed(3)} ms   (aim: at most ${AIM_P99_MS} ms)`)
console.log(`p99.9, max     ${percentile(times, 0.999).toFixed(3)} ms, ${percentile(times, 1).toFixed(3)} ms`)
for (const { name, p99 } of slowest.slice(0, 3)) console.log(`slowest        ${name}: p99 ${p99.toFixed(3)} ms`)
console.log(`heap growth    ${(growth / 1024).toFixed(0)} KiB over all runs, after collection   (aim: none)`)
