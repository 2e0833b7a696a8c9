import { podName } from '../compiler/names.ts'
import type { StoredRecord } from '../compiler/record.ts'
import { isFinished } from './cache/finished-record.ts'
import type { CachedRun } from './cache/run-cache.ts'
import { askPayload } from './execute/ask-payload.ts'
import type { Effects } from './execute/effects.ts'
import type { ObservedJob } from './observe/observed-job.ts'
import type { PendingReason } from './observe/pending-reason.ts'
import { LABEL_WORKFLOW } from './observe/observed-workflow.ts'
import { type Deed, execute } from './execute/execute.ts'
import type { PendingBudgets } from './failures/pending-budgets.ts'
import { readAttempt } from './execute/read-attempt.ts'
import type { Action, Plan, Question } from './plan/action.ts'
import type { Observation } from './plan/observation.ts'
import { plan } from './plan/plan.ts'
import type { Outcome } from './queue/work-queue.ts'

export interface ReconcileOptions {
  readonly effects: Effects
  readonly holdsSlot: (key: string) => boolean
  readonly recordTtlMs: number
  readonly pendingBudgets: PendingBudgets
}

/**
 * One full pass for one run: observe, plan, execute. Everything is read first, planned once, then done in order up to the first
 * failure, which is thrown: the queue tries the key again.
 */
export async function reconcile(key: string, options: ReconcileOptions): Promise<Outcome> {
  if (options.effects.cache.isUnreadable(key)) return {}
  const { actions, requeueAfterMs } = await planWithAnswers(key, options)
  const waits = requeueAfterMs === undefined ? [] : [requeueAfterMs]
  for (const action of actions) {
    const outcome = await execute(action, options.effects)
    if (outcome.requeueAfterMs !== undefined) waits.push(outcome.requeueAfterMs)
  }
  return waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) }
}

/** What the API server has answered in this pass. */
type Answers = Pick<Observation, 'isPodAbsent' | 'isRecordLive' | 'isJobLive' | 'arePodsLive' | 'namespace' | 'payloadRefusal'>

const NOTHING_ASKED = { isPodAbsent: false, isRecordLive: false, isJobLive: false, arePodsLive: false } as const

/** Plans, asks the API server what the plan wants to know, and plans again. Each question is asked at most once. */
async function planWithAnswers(key: string, options: ReconcileOptions): Promise<{ readonly actions: readonly Deed[]; readonly requeueAfterMs?: number }> {
  const asked = new Set<string>()
  let answers: Answers = { ...NOTHING_ASKED, namespace: options.effects.namespaceFate.known() }
  for (;;) {
    const run = await readRun(key, options.effects)
    const next: Plan = plan(observe(run, key, answers, options))
    const question = next.actions.find(isQuestion)
    if (question === undefined) return { ...next, actions: next.actions.filter(isDeed) }
    // Its labels were changed by hand, so that the cache does not know it for this run's; retried, with the waits of a failure.
    if (asked.has(question.kind)) throw new Error(`the answer to ${question.kind} of ${key} changes nothing: has somebody changed the labels of its pod?`)
    asked.add(question.kind)
    answers = { ...answers, ...(await answerTo(question, options.effects)) }
  }
}

/** Asks the API server. What it tells of objects is in the cache afterwards. */
async function answerTo(question: Question, effects: Effects): Promise<Partial<Answers>> {
  const { kind, record } = question
  switch (kind) {
    case 'checkPayload':
      return payloadAnswer(await askPayload(record, effects))
    case 'readPod':
      return { isPodAbsent: !(await findPod(record, effects)) }
    case 'readRecord':
      await refreshRecord(record, effects)
      return { isRecordLive: true }
    case 'checkNamespace':
      return { namespace: await effects.namespaceFate.ask(effects.cluster) }
    case 'readJob':
      await refreshJob(record, effects)
      return { isJobLive: true }
    case 'readPodsOf':
      await refreshPodsOf(question.workflow, effects)
      return { arePodsLive: true }
  }
}

function payloadAnswer(payloadRefusal: PendingReason | undefined): Partial<Answers> {
  return payloadRefusal === undefined ? {} : { payloadRefusal }
}

async function refreshRecord({ name, uid }: StoredRecord, { cluster, cache }: Effects): Promise<void> {
  const live = await cluster.read('configmaps', name)
  if (live === undefined) cache.dropRecord(name, uid)
  else cache.putRecord(live)
}

/** The pods too: the Job may have ended before the watch has told of its pod. A Workflow is its own attempt. */
async function refreshJob({ spec }: StoredRecord, effects: Effects): Promise<void> {
  const { name = '', uid = '', kind } = spec.startedBy ?? {}
  if (!(await readJob(kind === 'Workflow' ? 'workflows' : 'jobs', { name, uid }, effects))) effects.jobs.drop(uid)
  if (kind === 'Workflow') return
  const { items } = await effects.cluster.list('pods', { labelSelector: `batch.kubernetes.io/controller-uid=${uid}`, limit: 10 })
  for (const pod of items) effects.cache.putPod(pod)
}

/** The watch of pods may lag behind that of Workflows. */
async function refreshPodsOf(workflow: string, { cluster, cache }: Effects): Promise<void> {
  const { items } = await cluster.list('pods', { labelSelector: `${LABEL_WORKFLOW}=${workflow}`, limit: 10 })
  for (const pod of items) cache.putPod(pod)
}

/** Asks the API server for what a schedule started; the caches know it afterwards. Gives false when it is not there. */
async function readJob(
  resource: ObservedJob['resource'],
  { name, uid }: Pick<ObservedJob, 'name' | 'uid'>,
  { cluster, cache, jobs }: Effects,
): Promise<boolean> {
  if (resource === 'jobs') {
    const job = await cluster.read('jobs', name)
    if (job?.metadata?.uid !== uid) return false
    jobs.put(job)
    return true
  }
  const workflow = await cluster.read('workflows', name)
  if (workflow?.metadata.uid !== uid) return false
  jobs.putWorkflow(workflow)
  cache.putWorkflow(workflow)
  return true
}

/** The cached run; a record that the cache does not have though it has pods is asked for live before they are called orphans. */
async function readRun(key: string, effects: Effects): Promise<CachedRun> {
  const { cache, cluster } = effects
  const cached = cache.run(key)
  if (cached.record !== undefined || cached.pods.length === 0) return cached
  const live = await cluster.read('configmaps', key)
  if (live !== undefined) cache.putRecord(live)
  else await readJobOf(key, cached, effects)
  return cache.isUnreadable(key) ? { pods: [] } : cache.run(key)
}

/** A pod that comes before the Job that made it is no orphan. */
async function readJobOf(key: string, { pods }: CachedRun, effects: Effects): Promise<void> {
  const pod = pods.find((one) => one.job !== null)
  if (pod === undefined || pod.job === null || effects.jobs.of(key) !== undefined) return
  await readJob(pod.resource === 'workflows' ? 'workflows' : 'jobs', pod.job, effects)
}

function observe(run: CachedRun, key: string, answers: Answers, { effects, holdsSlot, recordTtlMs, pendingBudgets }: ReconcileOptions): Observation {
  const job = effects.jobs.of(key)
  const refusal = effects.refusals.of(key)
  return {
    ...run,
    ...answers,
    ...(job === undefined ? {} : { job }),
    ...(refusal === undefined ? {} : { refusal }),
    jobEvents: job === undefined ? [] : effects.cache.eventsOf(job.uid),
    holdsSlot: holdsSlot(key),
    payload: run.record === undefined || isFinished(run.record) ? 'unknown' : effects.payloads.of(run.record),
    nowMs: effects.now(),
    recordTtlMs,
    pendingBudgets,
  }
}

/**
 * Whether the pod or the Workflow of the record's current attempt is in the cluster; if so, the cache knows it afterwards. Both are
 * asked for under Argo: the run may have been started before the executor was switched.
 */
async function findPod(record: StoredRecord, effects: Effects): Promise<boolean> {
  const name = podName(record.name, record.status.attempt)
  const resources = effects.policy.executor === 'argo' ? (['workflows', 'pods'] as const) : (['pods'] as const)
  for (const resource of resources) if ((await readAttempt(resource, name, record, effects)) === 'own') return true
  return false
}

const QUESTIONS: ReadonlySet<Action['kind']> = new Set<Question['kind']>(['checkPayload', 'readPod', 'readRecord', 'checkNamespace', 'readJob', 'readPodsOf'])

function isQuestion(action: Action): action is Question {
  return QUESTIONS.has(action.kind)
}

function isDeed(action: Action): action is Deed {
  return !isQuestion(action)
}
