import { z } from 'zod'

/** What is read of the JSON that Vitest leaves of a run. */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() })),
    }),
  ),
})

export type TestFile = z.infer<typeof report>['testResults'][number]

export interface FailedTest {
  /** Absolute path of its file. */
  readonly file: string
  /** Empty when the file broke outside its tests. */
  readonly test: string
  readonly message: string
}

/** The files of a report; undefined of something that is none. */
export function filesOf(json: unknown): readonly TestFile[] | undefined {
  return report.safeParse(json).data?.testResults
}

/** Each test that failed, and each file that broke outside its tests (a syntax error, a hook). */
export function failedTestsOf(files: readonly TestFile[]): FailedTest[] {
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults
      .filter((one) => one.status === 'failed')
      .map(({ fullName, failureMessages }) => ({ file: name, test: fullName, message: (failureMessages ?? []).join('\n') }))
    return failed.length === 0 && status === 'failed' ? [{ file: name, test: '', message }] : failed
  })
}
