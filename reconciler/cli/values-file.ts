import { parseDocument } from 'yaml'
import type { Issue } from '../../compiler/issue.ts'
import { err, ok, type Result } from '../../compiler/result.ts'

/** Go's YAML has no such types: `1:30` and `2026-01-01` are texts there. */
const NOT_IN_GO = new Set([
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:binary',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
  'tag:yaml.org,2002:set',
])

/** A values file as Helm reads it: one YAML document, a map. An issue never quotes the file, which may hold a token. */
export function parseValuesFile(text: string): Result<object, Issue[]> {
  const document = parseDocument(text, {
    version: '1.1',
    logLevel: 'error',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || (!NOT_IN_GO.has(tag.tag) && tag.format !== 'TIME')),
  })
  const [problem] = document.errors
  if (problem !== undefined) return invalid(`is no YAML; see line ${problem.linePos?.[0].line ?? 1}`)
  const content: unknown = document.toJS() ?? {}
  return typeof content === 'object' && content !== null && !Array.isArray(content) ? ok(content) : invalid('must be a map of values')
}

function invalid(message: string): Result<never, Issue[]> {
  return err([{ code: 'invalid', path: '', message }])
}
