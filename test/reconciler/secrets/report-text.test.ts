import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FailedSecret, readSecretsReport, secretsReport } from '../../../compiler/secrets-report.ts'
import { MOST_BYTES, reportText } from '../../../reconciler/secrets/report-text.ts'

const failure = (reference: string): FailedSecret => ({ reference, store: 'Kubernetes', problem: 'missing', message: 'there is none ☃' })
const parsed = (text: string) => secretsReport.parse(JSON.parse(text))

test('an empty report says that nothing failed', () => {
  expect(parsed(reportText([]))).toEqual({ secretsReport: 1, count: 0, failed: [], more: 0 })
})

test('a reference that is endless is cut, and not left out', () => {
  const [only] = parsed(reportText([failure(`secret:${'x'.repeat(5000)}`)])).failed
  expect(only?.reference).toBe(`secret:${'x'.repeat(193)}…`)
})

test('a message that is endless is cut, and its secret named all the same', () => {
  const { failed, more } = parsed(reportText([{ ...failure('secret:long'), message: 'x'.repeat(5000) }]))
  expect([failed[0]?.reference, failed[0]?.message, more]).toEqual(['secret:long', `${'x'.repeat(900)}…`, 0])
})

test('what does not fit is counted, and what is shorter still gets its place', () => {
  const long = (name: string): FailedSecret => ({ ...failure(name), message: 'x'.repeat(700) })
  const failed = [failure('secret:first'), long('secret:a'), long('secret:b'), long('secret:c'), long('secret:d'), failure('secret:last')]
  const { failed: told, more } = parsed(reportText(failed))
  expect([told.map(({ reference }) => reference), more]).toEqual([['secret:first', 'secret:a', 'secret:b', 'secret:c', 'secret:last'], 1])
})

test('every report fits into a termination message, and loses no failure from its count', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 600, unit: 'binary' }).map(failure), { maxLength: 40 }), (failed) => {
      const text = reportText(failed)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES)
      const report = parsed(text)
      expect(report.failed.length + report.more).toBe(failed.length)
    }),
  )
})

test('a report that is cut anywhere behind its head is read as far as it came whole, and loses no failure from its count', () => {
  const lists = fc.array(fc.string({ maxLength: 60, unit: 'binary' }).map(failure), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(lists, fc.nat(), (failed, place) => {
      const text = reportText(failed)
      const head = text.indexOf('[') + 1
      const cut = readSecretsReport(text.slice(0, head + (place % (text.length - head + 1))))
      const whole = parsed(text)
      expect(cut?.failed).toEqual(whole.failed.slice(0, cut?.failed.length))
      expect((cut?.failed.length ?? 0) + (cut?.more ?? 0)).toBe(failed.length)
    }),
  )
})

test.each(['', 'panic', '{', '{"secretsReport":2,"count":1,"failed":[', 'null', '}'.repeat(3_000)])('what is no report is none: %s', (text) => {
  expect(readSecretsReport(text)).toBeUndefined()
})
