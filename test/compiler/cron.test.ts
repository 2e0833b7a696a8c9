import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeSchedule } from '../../compiler/cron/cron.ts'
import type { Schedule } from '../../compiler/cron/cron.ts'
import { nextFire } from '../../compiler/cron/cron-next.ts'

/** Tables made with Kubernetes' own parser: see tools/cron. */
function linesOf(table: string): string[] {
  return readFileSync(new URL(`cron/${table}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

function scheduleOf(expression: string): Schedule {
  const judged = judgeSchedule(expression)
  if (!judged.ok) throw new Error(`${expression}: ${judged.error}`)
  return judged.value
}

function problemOf(expression: string): string {
  const judged = judgeSchedule(expression)
  return judged.ok ? 'taken' : judged.error
}

const JUDGED = linesOf('judged.txt').map((line) => line.split('\t') as [string, string])

describe('a schedule is judged as Kubernetes does', () => {
  test('with tables that hold every spec, of both kinds', () => {
    expect(JUDGED.map(([, spec]) => spec)).toEqual(linesOf('specs.txt'))
    expect(JUDGED.filter(([word]) => word === 'taken').length).toBeGreaterThan(150)
    expect(JUDGED.filter(([word]) => word === 'refused').length).toBeGreaterThan(150)
  })

  test.each(JUDGED)('%s: %s', (word, spec) => {
    expect(judgeSchedule(JSON.parse(spec) as string).ok ? 'taken' : 'refused').toBe(word)
  })
})

interface Firings {
  readonly spec: string
  readonly zone: string
  readonly after: string
  readonly times: readonly string[]
}

function firingsOf(lines: readonly string[]): Firings[] {
  let spec = ''
  return lines.flatMap((line) => {
    const [, zone, after, times] = /^ {2}(\S+) after (\S+): (.*)$/.exec(line) ?? []
    if (zone !== undefined && after !== undefined && times !== undefined) return [{ spec, zone, after, times: times.split(' ') }]
    spec = JSON.parse(line) as string
    return []
  })
}

function nextFirings(schedule: Schedule, zone: string, after: string, count: number): string[] {
  const next = nextFire(schedule, zone, Date.parse(after))
  if (next === undefined) return ['never']
  const text = new Date(next).toISOString().replace('.000Z', 'Z')
  return count === 1 ? [text] : [text, ...nextFirings(schedule, zone, text, count - 1)]
}

describe('a schedule fires when Kubernetes fires it', () => {
  const bySpec = Map.groupBy(firingsOf(linesOf('fires.txt')), ({ spec }) => spec)

  test('for every spec that is taken', () => {
    expect([...bySpec.keys()]).toEqual(JUDGED.filter(([word]) => word === 'taken').map(([, spec]) => JSON.parse(spec) as string))
  })

  test.each([...bySpec])('%j', (spec, rows) => {
    const schedule = scheduleOf(spec)
    const found = rows.map(({ zone, after }) => `${zone} ${after}: ${nextFirings(schedule, zone, after, 5).join(' ')}`)
    expect(found).toEqual(rows.map(({ zone, after, times }) => `${zone} ${after}: ${times.join(' ')}`))
  })

  test('skips a time in the missing hour, and fires twice in the repeated one', () => {
    const schedule = scheduleOf('30 2 * * *')
    expect(nextFirings(schedule, 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-30T00:30:00Z', '2026-03-31T00:30:00Z'])
    expect(nextFirings(schedule, 'Europe/Berlin', '2026-10-24T12:00:00Z', 3)).toEqual(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-26T01:30:00Z'])
  })

  test('has no firing to tell of an instant that is none, or far out', () => {
    for (const afterMs of [Number.NaN, Infinity, -Infinity, 8.64e15, -8.64e15]) {
      expect(nextFire(scheduleOf('0 0 * * *'), 'UTC', afterMs)).toBeUndefined()
      expect(nextFire(scheduleOf('@every 1h'), 'UTC', afterMs)).toBeUndefined()
    }
  })

  test('comes to an end also where a zone left out a day', () => {
    // From the 29th of December 2011 Samoa went to the 31st.
    expect(nextFire(scheduleOf('0 0 31 12 *'), 'Pacific/Apia', Date.parse('2011-12-29T09:00:00Z'))).toBeUndefined()
  })
})

describe('a refusal names the mend', () => {
  test.each([
    ['0 0 12 * * ?', 'has 6 fields; Kubernetes takes 5: drop the seconds field, which leaves "0 12 * * ?"'],
    ['0 15 10 ? * 6L', 'has 6 fields; Kubernetes takes 5: drop the seconds field'],
    ['0 0 12 * * ? 2026', 'has 7 fields; Kubernetes takes 5: drop the seconds field and the year field, which leaves "0 12 * * ?"'],
    ['* * *', 'has 3 fields; Kubernetes takes 5: minute, hour, day of month, month, day of week'],
    ['', 'is empty; give five fields such as "0 2 * * *" or a name such as @daily'],
    ['CRON_TZ=UTC 0 0 * * *', 'must not hold TZ= or CRON_TZ=; give the time zone in the field of its own'],
    ['@Daily', 'has the name "@Daily", which Kubernetes does not know; write @daily'],
    [
      '@reboot',
      'has the name "@reboot", which Kubernetes does not know; use @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every <duration> or five fields',
    ],
    ['@every 1d', 'has the duration "1d" after @every, which Kubernetes cannot read; write numbers with the units h, m and s, such as @every 1h30m'],
    ['0 0 * * 7', 'day of week "7" is out of range; give numbers from 0 to 6 or SUN to SAT, Sunday being 0'],
    ['0 22-5 * * *', 'hour "22-5" begins after its end; write it as two ranges, such as 22-23,0-5 for the hours of a night'],
    ['*/0 * * * *', 'minute "*/0" has a step that is no whole number above 0'],
    ['1/2/3 * * * *', 'minute "1/2/3" has more than one slash'],
    ['1-2-3 * * * *', 'minute "1-2-3" has more than one hyphen'],
    [
      '0 0 L * *',
      'day of month "L" cannot be read; give numbers from 1 to 31, ranges such as 1-3, lists with commas, steps such as */2, and *; Kubernetes has no L, W, # or H',
    ],
    ['60 24 * * *', 'minute "60" is out of range; give numbers from 0 to 59; hour "24" is out of range; give numbers from 0 to 23'],
  ])('%j', (expression, message) => {
    expect(problemOf(expression)).toBe(message)
  })

  test('and keeps a long expression short', () => {
    expect(problemOf(`@${'x'.repeat(10_000)}`).length).toBeLessThan(300)
    expect(problemOf(`${'1'.repeat(10_000)} * * * *`).length).toBeLessThan(300)
  })
})

describe('any text', () => {
  const part = fc.stringMatching(/^[*?0-9A-Za-z,/-]{1,6}$/)
  const spec = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { minLength: 4, maxLength: 7 }).map((parts) => parts.join(' ')),
    fc.string().map((text) => `@every ${text}`),
  )

  test('is judged the same twice, without a throw', () => {
    fc.assert(
      fc.property(spec, (text) => {
        expect(judgeSchedule(text)).toEqual(judgeSchedule(text))
      }),
      { numRuns: 2000 },
    )
  })

  const field = (min: number, max: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constantFrom('*', '?', '*/2', '*/7'),
      fc.integer({ min, max }).map(String),
      fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }).map((values) => values.join(',')),
    )

  test('that is taken fires later than asked, at a whole minute, and no earlier firing is passed over by asking from in between', () => {
    const good = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)).map((fields) => fields.join(' '))
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu')
    fc.assert(
      fc.property(good, zone, fc.integer({ min: 1.5e12, max: 2.5e12 }), fc.double({ min: 0, max: 1, noNaN: true }), (text, timeZone, afterMs, share) => {
        const schedule = scheduleOf(text)
        const next = nextFire(schedule, timeZone, afterMs)
        if (next === undefined) return
        expect(next).toBeGreaterThan(afterMs)
        expect(next % 60_000).toBe(0)
        expect(nextFire(schedule, timeZone, afterMs + Math.floor((next - afterMs - 1) * share))).toBe(next)
      }),
      { numRuns: 200 },
    )
  })
})
