import { isEnd, type ToldState } from './told-state.ts'
import type { ProgramMark } from './program-marks.ts'

/** A run that was asked for, and what is expected of it whatever happened meanwhile. */
export interface AskedRun {
  readonly runId: string
  /** For people who read what went wrong. */
  readonly name: string
  /**
   * `accepted` has exactly one end. `unanswered` was told to come again, and did not: it runs once or not at all, as its record came
   * to stand or not. `refused` leaves no trace.
   */
  readonly answer: 'accepted' | 'unanswered' | 'refused'
  readonly isKilled?: boolean
  /** 1 unless it may be tried again. */
  readonly attempts?: number
}

export interface CreatedPod {
  readonly pod: string
  /** undefined of one that nobody knows. */
  readonly runId: string | undefined
}

/** What three sources that know nothing of each other have of all runs. */
export interface Evidence {
  /** Collate's history of states, in order. */
  readonly told: readonly ToldState[]
  /** The pods that the API server ever took, by its audit log; one that was taken twice stands there twice. */
  readonly created: readonly CreatedPod[]
  /** What the programs in the pods told of themselves. */
  readonly marks: readonly ProgramMark[]
  /** The API server was killed: of a pod that it took in its last moment its log may not tell. */
  readonly mayLackCreations?: boolean
}

/** Everything that shows that a run ended not once, or untruly, or started twice; empty when all is well. */
export function exactlyOnceProblems(runs: readonly AskedRun[], evidence: Evidence): string[] {
  const asked = new Set(runs.map(({ runId }) => runId))
  const isStray = (runId: string | undefined): boolean => runId === undefined || !asked.has(runId)
  const strays = [
    ...evidence.created.filter(({ runId }) => isStray(runId)).map(({ pod }) => `pod ${pod} was created for no run`),
    ...evidence.marks.filter(({ runId }) => isStray(runId)).map(({ pod }) => `the program of pod ${pod} is of no run`),
    ...evidence.told.filter(({ runId }) => isStray(runId)).map(({ runId, state }) => `${runId} was told as ${state}, and nobody asked for it`),
  ]
  const ofRuns = runs.flatMap((run) => {
    const mine = evidenceOf(run, evidence)
    const problems = run.answer === 'refused' ? tracesOf(mine) : [...startProblems(run, mine), ...endProblems(run, mine), ...untruths(run, mine)]
    return problems.map((problem) => `${run.name} (${run.runId}): ${problem}; ${summaryOf(mine)}`)
  })
  return [...strays, ...ofRuns]
}

/** As much as is known of one run. */
interface RunEvidence {
  readonly told: readonly ToldState[]
  readonly created: readonly string[]
  readonly marks: readonly ProgramMark[]
  readonly mayLackCreations: boolean
}

function evidenceOf({ runId }: AskedRun, { told, created, marks, mayLackCreations = false }: Evidence): RunEvidence {
  const isMine = (one: { readonly runId: string | undefined }): boolean => one.runId === runId
  return { told: told.filter(isMine), created: created.filter(isMine).map(({ pod }) => pod), marks: marks.filter(isMine), mayLackCreations }
}

function tracesOf({ told, created, marks }: RunEvidence): string[] {
  return told.length + created.length + marks.length === 0 ? [] : ['it was refused, and left a trace']
}

function startProblems({ attempts = 1 }: AskedRun, { created, marks, mayLackCreations }: RunEvidence): string[] {
  const started = marks.filter(({ event }) => event === 'started').map(({ pod }) => pod)
  const unknown = mayLackCreations ? [] : started.filter((pod) => !created.includes(pod))
  return [
    ...repeated(created).map((pod) => `pod ${pod} was created twice`),
    ...repeated(started).map((pod) => `the program of pod ${pod} started twice`),
    ...unknown.map((pod) => `the program of pod ${pod} started, and nobody created that pod`),
    ...(new Set([...created, ...started]).size > attempts ? [`it has more pods than the ${attempts} that it may have`] : []),
  ]
}

function endProblems(run: AskedRun, { told, marks }: RunEvidence): string[] {
  const attempts = attemptsIn(told)
  const before = attempts.slice(0, -1).flat()
  const ofLast = attempts.at(-1) ?? []
  const ends = ofLast.filter(isEnd)
  const last = ofLast.at(-1)
  const mustEnd = run.answer === 'accepted' || marks.length > 0 || told.length > 0
  return [
    ...(mustEnd && ends.length === 0 ? ['its end was not told'] : []),
    ...(ends.length > 1 ? ['its end was told more than once'] : []),
    ...(ends.length > 0 && last !== undefined && !isEnd(last) ? [`after its end it was told as ${last.state}`] : []),
    ...(before.some((one) => isEnd(one) && one.state !== 'failed') ? ['it went on after an end that was none of an attempt'] : []),
    ...(attempts.length > (run.attempts ?? 1) ? ['it was queued again more often than it may be tried again'] : []),
    ...(attempts.some((attempt) => attempt.filter(({ state }) => state === 'running').length > 1) ? ['an attempt was told as running twice'] : []),
  ]
}

/** A run that has begun and is queued again is at its next attempt: what was told before was that of the one before. */
function attemptsIn(told: readonly ToldState[]): readonly (readonly ToldState[])[] {
  const attempts: ToldState[][] = [[]]
  told.forEach((one, index) => {
    const before = told[index - 1]?.state ?? 'queued'
    if (one.state === 'queued' && before !== 'queued') attempts.push([])
    attempts.at(-1)?.push(one)
  })
  return attempts
}

/** What was told as the end, held against how the program of the last attempt came to its own. */
function untruths({ isKilled = false }: AskedRun, { told, marks }: RunEvidence): string[] {
  const end = told.findLast(isEnd)?.state
  const lastPod = marks.findLast(({ event }) => event === 'started')?.pod
  const exitCode = marks.find(({ pod, event }) => pod === lastPod && event === 'ended')?.exitCode
  const isGood = end === 'success' || end === 'partialSuccess'
  return [
    ...(isGood && exitCode !== 0 ? [`it was told as ${end}, and its program ended with ${exitCode ?? 'no word'}`] : []),
    ...(end === 'failed' && exitCode === 0 ? ['it was told as failed, and its program ended well'] : []),
    ...(end === 'stopped' && !isKilled ? ['it was told as stopped, and nobody stopped it'] : []),
  ]
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

function summaryOf({ told, created, marks }: RunEvidence): string {
  const list = (texts: readonly string[]): string => (texts.length === 0 ? 'nothing' : texts.join(', '))
  const ofMarks = marks.map(({ pod, event, exitCode }) => `${pod} ${event}${exitCode === undefined ? '' : ` with ${exitCode}`}`)
  return `told: ${list(told.map(({ state, writer }) => `${state} by ${writer}`))}; created: ${list(created)}; marks: ${list(ofMarks)}`
}
