import { TIME_ZONE_NAMES } from './cron-time-zone-names.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'

const KNOWN: ReadonlySet<string> = new Set(TIME_ZONE_NAMES)

const MAX_QUOTED = 60

/**
 * Judges `spec.timeZone` of a CronJob as Kubernetes does: a name of the IANA database, letter for letter.
 *
 * The names are those that every API server carries inside. One that runs where the machine has a zone database may know more
 * (`right/UTC`, `posixrules`), which another cluster then does not.
 */
export function judgeTimeZone(timeZone: string): Result<string, string> {
  if (KNOWN.has(timeZone)) return ok(timeZone)
  if (timeZone === '') return err('is empty; leave it out or give a name such as Europe/Berlin')
  if (timeZone.toLowerCase() === 'local') return err('must be an explicit time zone of the IANA database, such as Europe/Berlin or UTC')
  if (/^(?:UTC|GMT)?[+-]\d/.test(timeZone)) {
    return err(`${quoted(timeZone)} is an offset; give a place such as Europe/Berlin, or Etc/GMT-2 for UTC+02:00 (its sign is the other way round)`)
  }
  const near = TIME_ZONE_NAMES.find((name) => name.toLowerCase() === timeZone.trim().toLowerCase().replaceAll(' ', '_'))
  return err(
    `${quoted(timeZone)} is no time zone that Kubernetes knows; ${near === undefined ? 'give an IANA name such as Europe/Berlin or UTC' : `write ${near}`}`,
  )
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text)
}
