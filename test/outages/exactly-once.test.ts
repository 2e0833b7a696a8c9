import { describe, expect, test } from 'vitest'
import { type AskedRun, type CreatedPod, type Evidence, exactlyOnceProblems } from './exactly-once.ts'
import type { ProgramMark } from './program-marks.ts'
import type { ToldState } from './told-state.ts'

const RUN: AskedRun = { runId: '0a', name: 'a run', answer: 'accepted' }

const told = (...words: readonly string[]): ToldState[] =>
  words.map((word) => {
    const [state, writer = 'bot'] = word.split(' by ')
    return { runId: '0a', state: state as ToldState['state'], writer }
  })

const marks = (...words: readonly string[]): ProgramMark[] =>
  words.map((word) => {
    const [pod = '', exitCode] = word.split(' ended ')
    return { pod, runId: '0a', ...(exitCode === undefined ? { event: 'started' } : { event: 'ended', exitCode: Number(exitCode) }) }
  })

const created = (...pods: readonly string[]): CreatedPod[] => pods.map((pod) => ({ pod, runId: '0a' }))

const GOOD: Evidence = { told: told('running', 'success'), created: created('run-0a-1'), marks: marks('run-0a-1', 'run-0a-1 ended 0') }
const RETRIED: Evidence = {
  told: told('running', 'failed', 'queued by runner', 'running', 'success'),
  created: created('run-0a-1', 'run-0a-2'),
  marks: marks('run-0a-1', 'run-0a-1 ended 1', 'run-0a-2', 'run-0a-2 ended 0'),
}
const NOTHING: Evidence = { told: [], created: [], marks: [] }

test('what other runs did is not held against a run', () => {
  const ofOther = <T extends object>(ones: readonly T[]): T[] => ones.map((one) => ({ ...one, runId: '0b' }))
  const evidence: Evidence = {
    told: [...GOOD.told, ...ofOther(told('running', 'failed'))],
    created: [...GOOD.created, ...ofOther(created('run-0b-1'))],
    marks: [...GOOD.marks, ...ofOther(marks('run-0b-1', 'run-0b-1 ended 1'))],
  }
  expect(exactlyOnceProblems([RUN, { ...RUN, runId: '0b' }], evidence)).toEqual([])
})

describe('nothing is wrong with', () => {
  test.for<{ name: string; run?: Partial<AskedRun>; evidence: Evidence }>([
    { name: 'a run that started and ended once', evidence: GOOD },
    { name: 'one whose end the runner told', evidence: { ...GOOD, told: told('running', 'success by runner') } },
    {
      name: 'one that failed and was evicted',
      evidence: { ...GOOD, told: told('running', 'failed by runner'), marks: marks('run-0a-1', 'run-0a-1 ended 143') },
    },
    { name: 'one that was killed without a word', evidence: { ...GOOD, told: told('running', 'failed by runner'), marks: marks('run-0a-1') } },
    { name: 'one that never started', evidence: { ...NOTHING, told: told('failed by runner') } },
    { name: 'one that was tried again as often as it may', run: { attempts: 2 }, evidence: RETRIED },
    {
      name: 'one that was evicted, waited for a node twice, and was tried again',
      run: { attempts: 2 },
      evidence: { ...RETRIED, told: told('queued by runner', 'running', 'queued by runner', 'queued by runner', 'running', 'success') },
    },
    { name: 'one that was stopped', run: { isKilled: true }, evidence: { ...GOOD, told: told('running', 'stopped by runner'), marks: marks('run-0a-1') } },
    { name: 'the pod of a Job', evidence: { ...GOOD, created: created('cron-7-x'), marks: marks('cron-7-x', 'cron-7-x ended 0') } },
    { name: 'a creation that a killed API server did not log', evidence: { ...GOOD, created: [], mayLackCreations: true } },
    { name: 'a refused request that left nothing', run: { answer: 'refused' }, evidence: NOTHING },
    { name: 'an unanswered request that left nothing', run: { answer: 'unanswered' }, evidence: NOTHING },
    { name: 'an unanswered request that ran once', run: { answer: 'unanswered' }, evidence: GOOD },
  ])('$name', ({ run = {}, evidence }) => {
    expect(exactlyOnceProblems([{ ...RUN, ...run }], evidence)).toEqual([])
  })
})

describe('is found:', () => {
  test.for<{ name: string; run?: Partial<AskedRun>; evidence: Evidence; problem: string }>([
    { name: 'a pod that was created twice', evidence: { ...GOOD, created: created('run-0a-1', 'run-0a-1') }, problem: 'pod run-0a-1 was created twice' },
    { name: 'a second pod', evidence: { ...GOOD, created: created('run-0a-1', 'run-0a-2') }, problem: 'more pods than the 1' },
    {
      name: 'a pod that nobody knows',
      evidence: { ...GOOD, created: [...GOOD.created, { pod: 'cron-7-y', runId: undefined }] },
      problem: 'pod cron-7-y was created for no run',
    },
    {
      name: 'a program that started twice in one pod',
      evidence: { ...GOOD, marks: marks('run-0a-1', 'run-0a-1', 'run-0a-1 ended 0') },
      problem: 'the program of pod run-0a-1 started twice',
    },
    { name: 'a start that nobody asked for', evidence: { ...GOOD, created: [] }, problem: 'nobody created that pod' },
    {
      name: 'a pod of a run that nobody asked for',
      evidence: { ...GOOD, created: [...GOOD.created, { pod: 'run-0b-1', runId: '0b' }] },
      problem: 'pod run-0b-1 was created for no run',
    },
    {
      name: 'a program of such a run',
      evidence: { ...GOOD, marks: [...GOOD.marks, { pod: 'run-0b-1', runId: '0b', event: 'started' }] },
      problem: 'the program of pod run-0b-1 is of no run',
    },
    {
      name: 'what is told of such a run',
      evidence: { ...GOOD, told: [...GOOD.told, { runId: '0b', state: 'running', writer: 'bot' }] },
      problem: '0b was told as running, and nobody asked for it',
    },
    { name: 'no end', evidence: { ...GOOD, told: told('running') }, problem: 'its end was not told' },
    { name: 'no word at all', evidence: NOTHING, problem: 'its end was not told' },
    {
      name: 'an unanswered request that started and has no end',
      run: { answer: 'unanswered' },
      evidence: { ...GOOD, told: [] },
      problem: 'its end was not told',
    },
    { name: 'the same end twice', evidence: { ...GOOD, told: told('running', 'success', 'success by runner') }, problem: 'its end was told more than once' },
    {
      name: 'another end over the first',
      evidence: { ...GOOD, told: told('running', 'failed', 'success by runner') },
      problem: 'its end was told more than once',
    },
    { name: 'an end that was taken back', evidence: { ...GOOD, told: told('running', 'success', 'running') }, problem: 'after its end it was told as running' },
    { name: 'an attempt that was told as running twice', evidence: { ...GOOD, told: told('running', 'running', 'success') }, problem: 'told as running twice' },
    {
      name: 'a success that was queued again',
      run: { attempts: 2 },
      evidence: { ...RETRIED, told: told('running', 'success', 'queued by runner', 'running', 'success') },
      problem: 'it went on after an end that was none of an attempt',
    },
    { name: 'an attempt too many', evidence: RETRIED, problem: 'it was queued again more often than it may be tried again' },
    { name: 'a success that was none', evidence: { ...GOOD, marks: marks('run-0a-1', 'run-0a-1 ended 143') }, problem: 'its program ended with 143' },
    { name: 'a success of a program that was killed', evidence: { ...GOOD, marks: marks('run-0a-1') }, problem: 'its program ended with no word' },
    { name: 'a failure that was none', evidence: { ...GOOD, told: told('running', 'failed by runner') }, problem: 'and its program ended well' },
    { name: 'a stop that nobody asked for', evidence: { ...GOOD, told: told('stopped by runner') }, problem: 'nobody stopped it' },
    {
      name: 'a trace of a refused request',
      run: { answer: 'refused' },
      evidence: { ...NOTHING, told: told('queued by runner') },
      problem: 'it was refused, and left a trace',
    },
  ])('$name', ({ run = {}, evidence, problem }) => {
    const problems = exactlyOnceProblems([{ ...RUN, ...run }], evidence)
    expect(problems.filter((text) => text.includes(problem))).toHaveLength(1)
  })
})
