import { failedTestsOf, type TestFile } from './vitest-report.ts'

/** More than so many broken files are no bad luck. */
const MOST_FILES = 3

/** Whose tests are about races: what fails there once, fails. */
const NEVER_AGAIN_FILES = /\/test\/(faults|outages|fuzz)\//

/** Something that was there more often, or less often, than it may be: a second start of a run, an end that was told twice. */
const NEVER_AGAIN_MESSAGES = /to have a length of \d+ but got/

/**
 * The files that are run once more, alone, since what failed in them may have failed for want of a free core: their tests share two
 * of them with a whole Kubernetes and with four other files. None when too much failed, or something that no slow machine explains.
 */
export function filesToTryAgain(files: readonly TestFile[]): readonly string[] {
  const failed = failedTestsOf(files)
  const broken = [...new Set(failed.map(({ file }) => file))]
  const isPastExcuse = failed.some(({ file, message }) => NEVER_AGAIN_FILES.test(file) || NEVER_AGAIN_MESSAGES.test(message))
  return broken.length > MOST_FILES || isPastExcuse ? [] : broken
}
