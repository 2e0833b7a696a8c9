/**
 * The one place where the program knows its chart: from the values of a release to what its runner would find. Imported when it is
 * asked for, so that the agent does not load it.
 */
import type { Issue } from '../../compiler/issue.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { warningsOf } from '../../constructs/chart/warnings.ts'
import { evaluate } from '../../constructs/expression/evaluate.ts'
import type { Json, Scope } from '../../constructs/expression/expression.ts'
import { isTruthy } from '../../constructs/expression/truth.ts'
import { problemsOf } from '../../constructs/helm/checks-template.ts'
import { overlaidValues } from '../../constructs/values/overlaid-values.ts'
import { releaseFiles, releaseVariables, type ReleaseVariable } from '../../constructs/yaml/release-environment.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { RUNNER_VERSION } from '../version.ts'
import { expandedVariables } from './expanded-variables.ts'
import type { PolicySource } from './policy-source.ts'

export interface ReleaseOptions {
  readonly release: string
  readonly namespace: string
  readonly executor?: 'simpleK8s' | 'argo'
}

/** Values that have another executor. */
const EXECUTOR_VALUES: Readonly<Record<'simpleK8s' | 'argo', Json>> = {
  argo: { config: { argoWorkflows: { endpoint: 'argo' } } },
  simpleK8s: { installArgoWorkflows: false, config: { argoWorkflows: { endpoint: '' } } },
}

/**
 * What the runner of a release would find in its environment, with the chart's own defaults, as far as the values say it.
 *
 * @param files contents of the values files; a later one is laid over those before
 * @returns problems as the chart would tell them, all at once
 */
export function policySourceFromValues(files: readonly object[], options: ReleaseOptions): Result<PolicySource, Issue[]> {
  const over = options.executor === undefined ? [] : [EXECUTOR_VALUES[options.executor]]
  const scope = scopeFor([...(files as readonly Json[]), ...over].reduce<Json>(overlaidValues, {}), {
    name: options.release,
    namespace: options.namespace,
    version: RUNNER_VERSION,
  })
  const problems = problemsIn(scope)
  if (problems.length > 0) return err(problems)
  const variables = releaseVariables(scope)
  const contents = releaseFiles(scope)
  return ok({
    environment: expandedVariables(variables.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))),
    readFile: (path) => contents.get(path) ?? notInRelease(),
    asWritten: (issue) => inValues(issue, variables),
    warnings: [...warningsOf(scope), ...unknownIn(scope, variables)],
  })
}

function problemsIn(scope: Scope): Issue[] {
  return problemsOf(scope).map((message) => ({ code: 'invalid', path: '', message }))
}

/** What the operator takes from the cluster, which this machine does not know. */
function unknownIn(scope: Scope, variables: readonly ReleaseVariable[]): string[] {
  const named = variables.filter(({ value, from }) => value === undefined && from.some((path) => path.startsWith('extraEnvs')))
  const hasSources = isTruthy(evaluate({ kind: 'value', path: ['envFrom'] }, scope))
  return [
    ...named.map(({ name }) => `extraEnvs[${name}] is taken from the cluster, which is not asked here: what follows is without it.`),
    ...(hasSources ? ['envFrom is taken from the cluster, which is not asked here: what follows is without its variables.'] : []),
  ]
}

/** An issue with a variable, under the values that the variable is made from. */
function inValues(issue: Issue, variables: readonly ReleaseVariable[]): Issue {
  const [name = ''] = /^\w+/.exec(issue.path) ?? []
  const from = variables.findLast((variable) => variable.name === name)?.from ?? []
  return from.length === 0 ? issue : { ...issue, path: `${from.join(', ')}${issue.path.slice(name.length)}` }
}

function notInRelease(): never {
  throw Object.assign(new Error('no file of the chart'), { code: 'no file that the chart mounts; its content is not known here' })
}
