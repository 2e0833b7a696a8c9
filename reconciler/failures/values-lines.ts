/** Lines of `values.yaml` that an operator can paste. */
import type { Executor } from '../../compiler/policy/executor.ts'

/** Where the fields of one pipeline type stand for each executor. */
const VARIABLES = { simpleK8s: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS', argo: 'ARGO_PIPELINE_TYPE_CONFIGS' } as const

/** The lines that set fields for the pods of one pipeline type. */
export function pipelineTypeLines(executor: Executor, pipelineType: string, fields: object): string {
  return ['extraEnvs:', `  - name: ${VARIABLES[executor]}`, '    value: >-', `      ${JSON.stringify({ [pipelineType]: fields })}`].join('\n')
}

/** The lines that set values below `config.ingestionPods`. */
export function ingestionPodsLines(lines: readonly string[]): string {
  return ['config:', '  ingestionPods:', ...lines.map((line) => `    ${line}`)].join('\n')
}

/** A toleration of a taint, as the executor's table takes it. Argo's one string can only say `dedicated=<value>`. */
export function tolerationFields(executor: Executor, taint: { readonly key: string; readonly value: string; readonly effect?: string }): object | undefined {
  if (executor === 'argo') return taint.key === 'dedicated' ? { toleration: taint.value } : undefined
  const { key, value, effect } = taint
  const match = value === '' ? { operator: 'Exists' } : { operator: 'Equal', value }
  return { tolerations: [{ key, ...match, ...(effect === undefined ? {} : { effect }) }] }
}
