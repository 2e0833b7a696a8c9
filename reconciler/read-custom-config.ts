import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Issue } from '../compiler/issue.ts'
import { customConfigPaths } from '../compiler/policy/custom-config.ts'
import type { CustomConfigFiles } from '../compiler/policy/custom-config.ts'
import { err, ok, type Result } from '../compiler/result.ts'

/** Reads the YAML files that the environment names for the compiler. An issue names the file and why it cannot be read, never its content. */
export function readCustomConfig(environment: Readonly<Record<string, string | undefined>>): Result<CustomConfigFiles, Issue[]> {
  const issues: Issue[] = []
  const contents = Object.entries(customConfigPaths(environment)).map(([file, path]) => {
    try {
      return [file, withPatchAsObject(yamlIn(readFileSync(path, 'utf8')))]
    } catch (error) {
      issues.push({ code: 'invalid', path: file, message: `cannot be read from ${path}: ${reasonOf(error)}` })
      return [file, undefined]
    }
  })
  return issues.length > 0 ? err(issues) : ok(Object.fromEntries(contents))
}

/** The error's code; YAML's own message would quote the file. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : 'it is no YAML'
}

function yamlIn(text: string): unknown {
  return parse(text, { version: '1.1' }) as unknown
}

/** Argo's `podSpecPatch` is YAML inside of YAML. */
function withPatchAsObject(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content
  const patch: unknown = Reflect.get(content, 'podSpecPatch')
  return typeof patch === 'string' ? { ...content, podSpecPatch: yamlIn(patch) } : content
}
