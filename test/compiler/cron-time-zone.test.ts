import { describe, expect, test } from 'vitest'
import { judgeSchedule } from '../../compiler/cron/cron.ts'
import { nextFire } from '../../compiler/cron/cron-next.ts'
import { judgeTimeZone } from '../../compiler/cron/cron-time-zone.ts'
import { TIME_ZONE_NAMES } from '../../compiler/cron/cron-time-zone-names.ts'

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'EST5EDT', 'Factory', 'Asia/Calcutta', 'Asia/Kolkata'])(
    '%s is taken',
    (name) => {
      expect(judgeTimeZone(name)).toEqual({ ok: true, value: name })
    },
  )

  test.each([
    ['', 'is empty; leave it out or give a name such as Europe/Berlin'],
    ['Local', 'must be an explicit time zone of the IANA database, such as Europe/Berlin or UTC'],
    ['LOCAL', 'must be an explicit time zone of the IANA database, such as Europe/Berlin or UTC'],
    ['utc', '"utc" is no time zone that Kubernetes knows; write UTC'],
    ['europe/berlin', '"europe/berlin" is no time zone that Kubernetes knows; write Europe/Berlin'],
    ['America/New York', '"America/New York" is no time zone that Kubernetes knows; write America/New_York'],
    ['+02:00', '"+02:00" is an offset; give a place such as Europe/Berlin, or Etc/GMT-2 for UTC+02:00 (its sign is the other way round)'],
    ['UTC+2', '"UTC+2" is an offset; give a place such as Europe/Berlin, or Etc/GMT-2 for UTC+02:00 (its sign is the other way round)'],
    ['PST', '"PST" is no time zone that Kubernetes knows; give an IANA name such as Europe/Berlin or UTC'],
    ['../etc/passwd', '"../etc/passwd" is no time zone that Kubernetes knows; give an IANA name such as Europe/Berlin or UTC'],
  ])('%j is refused with the mend', (name, error) => {
    expect(judgeTimeZone(name)).toEqual({ ok: false, error })
  })

  test('of every name has a clock here', () => {
    const daily = judgeSchedule('@daily')
    const times = TIME_ZONE_NAMES.map((name) => (daily.ok ? nextFire(daily.value, name, Date.UTC(2026, 0, 1)) : undefined))
    expect(times.filter((time) => time === undefined)).toEqual([])
    expect(times.length).toBeGreaterThan(590)
  })
})
