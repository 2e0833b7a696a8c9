import { readFileSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import type { Issue } from '../compiler/issue.ts'
import { CUSTOM_CONFIG_VARIABLES, customConfigPaths } from '../compiler/policy/custom-config.ts'
import type { CustomConfigFiles } from '../compiler/policy/custom-config.ts'
import { err, ok, type Result } from '../compiler/result.ts'

/**
 * Reads the YAML files that the environment names for the compiler. An issue names the variable, the file, and why it cannot be read
 * and in which line, never its content.
 *
 * @param read gives a file's text, and throws where there is none
 */
export function readCustomConfig(
  environment: Readonly<Record<string, string | undefined>>,
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Result<CustomConfigFiles, Issue[]> {
  const issues: Issue[] = []
  const contents = Object.entries(customConfigPaths(environment)).map(([file, path]) => {
    try {
      return [file, withPatchAsObject(yamlIn(read(path)))]
    } catch (error) {
      const variable = CUSTOM_CONFIG_VARIABLES[file as keyof typeof CUSTOM_CONFIG_VARIABLES]
      issues.push({ code: 'invalid', path: variable, message: `names ${path}, which cannot be read: ${reasonOf(error)}` })
      return [file, undefined]
    }
  })
  return issues.length > 0 ? err(issues) : ok(Object.fromEntries(contents))
}

/** The error's code, and the line where there is one; YAML's own message would quote the file. */
function reasonOf(error: unknown): string {
  if (error instanceof PatchError) return `it is no YAML inside podSpecPatch${lineOf(error.cause)}`
  if (error instanceof YAMLParseError) return `it is no YAML${lineOf(error)}`
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : 'it is no YAML'
}

function lineOf(error: unknown): string {
  const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined
  return line === undefined ? '' : `; see line ${line}`
}

/** A warning of the parser's would quote the file, too. */
function yamlIn(text: string): unknown {
  return parse(text, { version: '1.1', logLevel: 'error' }) as unknown
}

/** Argo's `podSpecPatch` is YAML inside of YAML. */
function withPatchAsObject(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content
  const patch: unknown = Reflect.get(content, 'podSpecPatch')
  return typeof patch === 'string' ? { ...content, podSpecPatch: patchIn(patch) } : content
}

function patchIn(text: string): unknown {
  try {
    return yamlIn(text)
  } catch (cause) {
    throw new PatchError('podSpecPatch', { cause })
  }
}

/** The text of the patch is no YAML; lines of its cause count from the patch's own first one. */
class PatchError extends Error {}
