import type { Issue } from '../../compiler/issue.ts'

const ASSIGNMENT = /^\s*(?:export\s+)?[^\s=#]+\s*=[ \t]*(?<value>.*)$/
const QUOTES = ['"', "'", '`']

/** The lines of an env file that Node would pass over in silence: all but NAME=value, comments and empty ones. No line is quoted: it may hold a secret. */
export function lineIssues(text: string): Issue[] {
  const lines = text.split(/\r?\n/)
  const issues: Issue[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]?.trim() ?? ''
    if (line === '' || line.startsWith('#')) continue
    const value = ASSIGNMENT.exec(line)?.groups?.['value']
    if (value === undefined) issues.push({ code: 'invalid', path: '', message: `line ${index + 1} is not NAME=value: write it so, or begin it with #` })
    else index += linesToCloseOf(value, lines.slice(index + 1))
  }
  return issues
}

/** How many of the following lines a quoted value goes on over; none when its quote is never closed, for then it ends with its line. */
function linesToCloseOf(value: string, following: readonly string[]): number {
  const quote = QUOTES.find((one) => value.startsWith(one))
  if (quote === undefined || value.includes(quote, 1)) return 0
  return following.findIndex((line) => line.includes(quote)) + 1
}
