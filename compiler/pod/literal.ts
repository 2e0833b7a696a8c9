import type { V1EnvVar } from '@kubernetes/client-node'
import type { Executor } from '../policy/executor.ts'

/** A variable that holds one brace: Argo replaces what stands between two, wherever it stands in a Workflow. */
export const OPENING_BRACE = 'OPENING_BRACE'

/**
 * The text as the value of a variable that nobody expands.
 *
 * Kubernetes expands `$(NAME)` in values, which would put the payload of `$(config)` into a name; doubled, a dollar is a dollar.
 */
export function literal(text: string, executor: Executor): string {
  return withoutTemplates(text.replaceAll('$', '$$$$'), executor)
}

/**
 * The value with its `{{` hidden from Argo: all but the first brace of a row come from a variable, which the kubelet puts in after
 * Argo has read the Workflow.
 */
export function withoutTemplates(value: string, executor: Executor): string {
  return executor === 'argo' ? value.replaceAll(/(?<=\{)\{/g, `$(${OPENING_BRACE})`) : value
}

/** The variable that the values refer to, if one does. It must stand before them. */
export function bracesFor(variables: readonly V1EnvVar[], executor: Executor): V1EnvVar[] {
  const isNeeded = executor === 'argo' && variables.some(({ value }) => value?.includes(`{$(${OPENING_BRACE})`))
  return isNeeded ? [{ name: OPENING_BRACE, value: '{' }] : []
}
