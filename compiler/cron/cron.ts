/*!
 * cron.ts and its siblings cron-*.ts follow the parser and the search of robfig/cron v3.0.1, which Kubernetes judges and fires schedules with.
 *
 * Copyright (C) 2012 Rob Figueiredo
 * All Rights Reserved.
 *
 * MIT LICENSE
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of
 * this software and associated documentation files (the "Software"), to deal in
 * the Software without restriction, including without limitation the rights to
 * use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
 * the Software, and to permit persons to whom the Software is furnished to do so,
 * subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
 * FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
 * COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
 * IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
 * CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
import { goDurationNanos } from './cron-duration.ts'
import { parseCronField } from './cron-field.ts'
import type { CronField, CronFieldName } from './cron-field.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'

/** When a CronJob fires: at wall-clock times of its zone, or in even steps of real time. */
export type Schedule = WallClockSchedule | EverySchedule

export interface WallClockSchedule {
  readonly kind: 'wallClock'
  readonly fields: Readonly<Record<CronFieldName, CronField>>
}

export interface EverySchedule {
  readonly kind: 'every'
  readonly delaySeconds: number
}

const FIELD_NAMES: readonly CronFieldName[] = ['minute', 'hour', 'day of month', 'month', 'day of week']

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const EVERY = '@every '

/** What Go counts as space, which is not quite what JavaScript does. */
const SPACES = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

const MAX_QUOTED = 60

/**
 * Judges a schedule as Kubernetes judges `spec.schedule` of a new CronJob: takes what it takes, refuses what it refuses.
 *
 * The message of a refusal names the rule and the mend. Some of what Kubernetes takes is odd and never fires (`0 0 30 2 *`, a
 * field of commas only): `nextFire` tells.
 */
export function judgeSchedule(expression: string): Result<Schedule, string> {
  if (expression === '') return err('is empty; give five fields such as "0 2 * * *" or a name such as @daily')
  // Kubernetes looks for these letters anywhere; no schedule without a zone holds them.
  if (expression.includes('TZ')) return err('must not hold TZ= or CRON_TZ=; give the time zone in the field of its own')
  return expression.startsWith('@') ? judgeDescriptor(expression) : judgeFields(expression.split(SPACES).filter((field) => field !== ''))
}

function judgeDescriptor(text: string): Result<Schedule, string> {
  const expression = Object.hasOwn(DESCRIPTORS, text) ? DESCRIPTORS[text] : undefined
  if (expression !== undefined) return judgeFields(expression.split(' '))
  if (text.startsWith(EVERY)) return judgeEvery(text.slice(EVERY.length))
  const near = Object.keys(DESCRIPTORS).find((name) => name === text.trim().toLowerCase())
  const mend = near === undefined ? `use ${Object.keys(DESCRIPTORS).join(', ')}, @every <duration> or five fields` : `write ${near}`
  return err(`has the name ${quoted(text)}, which Kubernetes does not know; ${mend}`)
}

function judgeEvery(text: string): Result<Schedule, string> {
  const nanos = goDurationNanos(text)
  if (nanos === undefined) {
    return err(`has the duration ${quoted(text)} after @every, which Kubernetes cannot read; write numbers with the units h, m and s, such as @every 1h30m`)
  }
  // Part seconds are dropped, and what is shorter than a second or negative counts as one.
  return ok({ kind: 'every', delaySeconds: Math.max(1, Number(nanos / 1_000_000_000n)) })
}

function judgeFields(texts: readonly string[]): Result<Schedule, string> {
  const [minute, hour, dayOfMonth, month, dayOfWeek, ...more] = texts
  if (minute === undefined || hour === undefined || dayOfMonth === undefined || month === undefined || dayOfWeek === undefined || more.length > 0) {
    return err(wrongCount(texts))
  }
  const results = {
    'minute': parseCronField('minute', minute),
    'hour': parseCronField('hour', hour),
    'day of month': parseCronField('day of month', dayOfMonth),
    'month': parseCronField('month', month),
    'day of week': parseCronField('day of week', dayOfWeek),
  }
  const problems = Object.values(results).flatMap((result) => (result.ok ? [] : [result.error]))
  const fields = Object.fromEntries(Object.entries(results).flatMap(([name, result]) => (result.ok ? [[name, result.value]] : [])))
  return problems.length > 0 ? err(problems.join('; ')) : ok({ kind: 'wallClock', fields: fields as WallClockSchedule['fields'] })
}

function wrongCount(texts: readonly string[]): string {
  const found = `has ${texts.length} ${texts.length === 1 ? 'field' : 'fields'}; Kubernetes takes 5`
  if (texts.length === 6) return `${found}: drop the seconds field${shown(texts.slice(1))}`
  if (texts.length === 7) return `${found}: drop the seconds field and the year field${shown(texts.slice(1, 6))}`
  return `${found}: ${FIELD_NAMES.join(', ')}`
}

/** The mended expression, where it is one. */
function shown(texts: readonly string[]): string {
  return judgeFields(texts).ok ? `, which leaves ${quoted(texts.join(' '))}` : ''
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)
}
