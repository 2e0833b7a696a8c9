import type { Progress } from './health.ts'

/** The signs of progress of the whole agent: a watch of schedules that is silent is as bad as one of runs. */
export function progressOf(runs: { progress(): Progress }, schedules: { watchAgeMs(): number }): Progress {
  const progress = runs.progress()
  return { ...progress, watchAgeMs: Math.max(progress.watchAgeMs, schedules.watchAgeMs()) }
}
