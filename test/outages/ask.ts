import { randomUUID } from 'node:crypto'
import { testConnection } from '../scenario/automation-story.ts'
import type { RequestOptions, Simulate } from '../scenario/run-request.ts'
import { accepted } from '../scenario/run-story.ts'
import { type DeployOptions, deploy, jobsOf, type ScheduledPipeline, scheduledPipeline, startJob, startWorkflow } from '../scenario/schedule-story.ts'
import type { AskedRun } from './exactly-once.ts'
import type { OutageStage } from './outage-stage.ts'

/** Has a run accepted, and gives its id. */
export async function askRun(stage: OutageStage, name: string, simulate: Simulate, options: Partial<RequestOptions> = {}): Promise<string> {
  const { runId } = await accepted(stage.released.scenario, { markAt: stage.markAt, ...simulate }, options)
  stage.asked.push({ runId, name, answer: 'accepted', attempts: (options.retries ?? 0) + 1 })
  return runId
}

export async function askTestConnection(stage: OutageStage, name: string, simulate: Simulate = {}): Promise<string> {
  const { runId } = await testConnection(stage.released.scenario, { markAt: stage.markAt, ...simulate })
  stage.asked.push({ runId, name, answer: 'accepted' })
  return runId
}

/** Kills a run as Collate does, and expects the wish to be taken. */
export async function askKill(stage: OutageStage, runId: string): Promise<void> {
  const answer = await stage.released.scenario.kill(runId)
  if (!('result' in answer) || (answer.result as { readonly code: number }).code !== 200) throw new Error(`the kill was not taken: ${JSON.stringify(answer)}`)
  const index = stage.asked.findIndex((run) => run.runId === runId)
  const run = stage.asked[index]
  if (run !== undefined) stage.asked[index] = { ...run, isKilled: true }
}

export async function askSchedule(stage: OutageStage, { simulate = {}, ...options }: DeployOptions): Promise<ScheduledPipeline> {
  const pipeline = scheduledPipeline(stage.released.scenario)
  await deploy(pipeline, { ...options, simulate: { markAt: stage.markAt, ...simulate } })
  return pipeline
}

/** A firing of the schedule, made at this moment. */
export async function fireNow(stage: OutageStage, pipeline: ScheduledPipeline, name: string): Promise<string> {
  const { uid } = await (stage.place.executor === 'argo' ? startWorkflow(pipeline) : startJob(pipeline))
  stage.asked.push({ runId: uid, name, answer: 'accepted' })
  return uid
}

/** Adds what the schedule has fired by itself: a run that nobody asked for has its one end, too. */
export async function addFirings(stage: OutageStage, pipeline: ScheduledPipeline): Promise<void> {
  const known = new Set(stage.asked.map(({ runId }) => runId))
  for (const { metadata } of await jobsOf(pipeline)) {
    if (!known.has(metadata.uid)) stage.asked.push({ runId: metadata.uid, name: 'a firing of the schedule', answer: 'accepted' })
  }
}

/** What a steady stream of requests came to. */
export interface Asking {
  /** What was answered other than 200, each once. */
  readonly refusals: ReadonlySet<string>
  /** Sends no more, and gives how many were accepted, once each request has its last answer. */
  stop(): Promise<number>
}

const EVERY_MS = 500
const REPEAT_MS = 1_000
/** A request that was cut off half-way and does not come again is given up after this time. */
const NOT_AFTER_MS = 30_000

/** Asks for a short run every half second, whatever happens. Of those that are told to come again every other one does, until it is accepted. */
export function keepAsking(stage: OutageStage): Asking {
  const refusals = new Set<string>()
  const pending: Promise<AskedRun>[] = []
  const timer = setInterval(
    () => pending.push(askPersistently(stage, `asked for meanwhile, number ${pending.length + 1}`, pending.length % 2 === 0, refusals)),
    EVERY_MS,
  )
  return {
    refusals,
    stop: async () => {
      clearInterval(timer)
      const runs = await Promise.all(pending)
      stage.asked.push(...runs)
      return runs.filter(({ answer }) => answer === 'accepted').length
    },
  }
}

async function askPersistently({ released, markAt }: OutageStage, name: string, comesAgain: boolean, refusals: Set<string>): Promise<AskedRun> {
  const { scenario } = released
  const runId = randomUUID()
  const notAfter = comesAgain ? {} : { notAfter: Date.now() + NOT_AFTER_MS }
  const request = scenario.request({ runId, pipelineName: `of-${runId}`, simulate: { markAt, lines: 1 }, ...notAfter })
  let wasSent = false
  for (;;) {
    const outcome = await scenario.collate
      .call('pipeline/run', request, { agentId: scenario.agentId, timeoutMs: 60_000 })
      .catch((error: Error & { code: string }) => error)
    if (outcome instanceof Error) refusals.add(outcome.code)
    else {
      const { code, reason } = ('result' in outcome ? outcome.result : outcome.error) as { readonly code: number; readonly reason?: string }
      if (code === 200) return { runId, name, answer: 'accepted' }
      refusals.add(`${code}: ${reason}`)
    }
    wasSent ||= !(outcome instanceof Error && outcome.code === 'NotConnected')
    if (!comesAgain) return { runId, name, answer: wasSent ? 'unanswered' : 'refused' }
    await new Promise((resolve) => setTimeout(resolve, REPEAT_MS))
  }
}
