/**
 * What the start queue costs a run: `npm run bench:queue`.
 *
 * Microseconds from a run's acceptance to its end, with 2,000 and with 20,000 runs that wait. If each step looked at all that wait,
 * the second number would be ten times the first.
 */
import { StartQueue } from '../../reconciler/queue/start-queue.ts'

const PIPELINES = {
  'as many pipelines': (index: number) => `p${index}`,
  'one pipeline, one run at a time': () => 'p',
  'each second run of a blocked pipeline': (index: number) => (index % 2 === 0 ? 'p' : `p${index}`),
}

function microsecondsOfOne(count: number, pipelineOf: (index: number) => string): number {
  const queue = new StartQueue({ maxActiveRuns: 100, maxActiveRunsByType: {}, automationSlots: 0 })
  const startedAt = performance.now()
  for (let index = 0; index < count; index += 1) {
    queue.wait({ key: `run-${index}`, pipelineId: pipelineOf(index), pipelineLimit: 1, type: 'metadata', acceptedAtMs: index })
  }
  let active = queue.admit()
  while (active.length > 0) active = active.flatMap((key) => (queue.leave(key), queue.admit()))
  return ((performance.now() - startedAt) * 1000) / count
}

for (const [name, pipelineOf] of Object.entries(PIPELINES)) {
  microsecondsOfOne(2_000, pipelineOf)
  const [few, many] = [2_000, 20_000].map((count) => microsecondsOfOne(count, pipelineOf).toFixed(1))
  process.stdout.write(`${name}: ${few} us a run of 2,000 that wait, ${many} us of 20,000\n`)
}
