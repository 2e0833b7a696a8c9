import { formatIssues } from '../compiler/issue.ts'
import { CUSTOM_CONFIG_VARIABLES } from '../compiler/policy/custom-config.ts'
import type { Rereadable } from './network/keep-fresh.ts'
import { readCustomConfig } from './read-custom-config.ts'

/** The files with the operator's own fields of a pod, as something that may change while the runner runs. */
export function customConfigSource(environment: Readonly<Record<string, string | undefined>>): Rereadable {
  const read = (): string => {
    const files = readCustomConfig(environment)
    if (!files.ok) throw new Error(formatIssues(files.error))
    return JSON.stringify(files.value)
  }
  let known = read()
  return {
    name: Object.values(CUSTOM_CONFIG_VARIABLES).join(', '),
    // Small files, read as at the start: there is nothing to wait for.
    reread: async () => {
      const found = await Promise.resolve(read())
      const isChanged = found !== known
      known = found
      return isChanged
    },
  }
}
