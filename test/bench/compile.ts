/**
 * How fast the compiler is: `npm run bench:compile`.
 *
 * One run is what the agent does for it: admit the parsed JSON of a request, then compile the stored record. Prints runs per second
 * on one core, p50 and p99 of one run, and by how much the heap grew over all of them, after collection.
 */
import { admit } from '../../compiler/admit.ts'
import { compile } from '../../compiler/compile.ts'
import { parseRunRequest } from '../../compiler/run-request.ts'
import { aPolicyFor } from '../compiler/examples/policy.ts'
import { FACTS, NOW_MS, stored } from '../compiler/examples/run.ts'
import { aMetadataRun } from '../compiler/examples/run-request.ts'
import { must } from '../compiler/examples/must.ts'

const RUNS = 100_000
const WARM_UP_RUNS = 5_000

const policy = aPolicyFor('metadata', {
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  nodeSelector: { zone: 'a' },
  resources: { limits: { memory: '8Gi' } },
})
const facts = { ...FACTS, nowMs: NOW_MS }
const text = JSON.stringify(aMetadataRun())
const tail = '-0b7d-4f5e-9a52-3c0f8a1d2b11'

/** Each run has an id of its own, and comes as text, as over the link. */
function requestText(run: number): string {
  return text.replace(/"runId":"[^"]*"/, `"runId":"${run.toString(16).padStart(8, '0')}${tail}"`)
}

function runOnce(requestAsText: string): void {
  const { record } = must(admit(JSON.parse(requestAsText), policy, facts))
  must(compile({ ...record, uid: 'uid', resourceVersion: '1', isBeingDeleted: false, finalizers: [] }, policy, facts))
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run with node --expose-gc, so that the heap can be measured')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Share of one run, in microseconds, of a part of it. */
function microsecondsOf(part: () => void): string {
  const start = performance.now()
  for (let run = 0; run < 10_000; run += 1) part()
  return (((performance.now() - start) * 1000) / 10_000).toFixed(1)
}

const times = new Float64Array(RUNS)
for (let run = 0; run < WARM_UP_RUNS; run += 1) runOnce(requestText(run))
const heapBefore = heapBytes()
const start = performance.now()
for (let run = 0; run < RUNS; run += 1) {
  const requestAsText = requestText(run)
  const before = performance.now()
  runOnce(requestAsText)
  times[run] = performance.now() - before
}
const seconds = (performance.now() - start) / 1000
const growth = heapBytes() - heapBefore
times.sort()

const request: unknown = JSON.parse(text)
const record = stored(must(admit(request, policy, facts)).record)
console.log(`runs           ${RUNS} (request of ${text.length} bytes: parse JSON, admit, compile)`)
console.log(`per second     ${Math.round(RUNS / seconds)}`)
console.log(`p50            ${percentile(times, 0.5).toFixed(4)} ms`)
console.log(`p99            ${percentile(times, 0.99).toFixed(4)} ms   (aim: at most 1 ms)`)
console.log(`p99.9, max     ${percentile(times, 0.999).toFixed(4)} ms, ${(times.at(-1) ?? 0).toFixed(4)} ms`)
console.log(`heap growth    ${(growth / 1024).toFixed(1)} KiB over all runs, after collection   (aim: none)`)
console.log(
  `parts          JSON ${microsecondsOf(() => JSON.parse(text))} µs, schema ${microsecondsOf(() => parseRunRequest(request))} µs, admit with schema ${microsecondsOf(() => admit(request, policy, facts))} µs, compile ${microsecondsOf(() => compile(record, policy, facts))} µs`,
)
