/** Prints the offset of the process's time zone, then what becomes of deploys whose dates such a zone could touch, one a line. */
import { aPolicy } from './policy.ts'
import { scheduleBytesOf } from './bytes.ts'
import { aDeploy } from './schedule.ts'

const DATES: readonly unknown[] = [
  '2026-03-29',
  '2026-03-29T02:30',
  '2026-03-29T02:30:00',
  '2026-03-29T02:30:00.5',
  '2026-03-29T02:30:00Z',
  '2026-03-29T02:30:00-05:00',
  'March 29, 2026',
  '5',
  0,
]

console.log(JSON.stringify(new Date(2026, 0, 1).getTimezoneOffset()))
for (const startDate of DATES) {
  console.log(scheduleBytesOf(aDeploy({ startDate }), aPolicy()))
  console.log(scheduleBytesOf(aDeploy({ endDate: startDate, pipelineTimezone: 'America/New_York' }), aPolicy()))
}
