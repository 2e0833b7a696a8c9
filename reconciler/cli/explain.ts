import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import { formatIssues } from '../../compiler/issue.ts'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { readNodes } from '../cluster/nodes.ts'
import { explain, type Explanation, type Findings } from '../explain/explain.ts'
import { explanationText } from '../explain/explanation-text.ts'
import { findRun, nameProblem } from '../explain/find-run.ts'
import { tryStart } from '../explain/try-start.ts'
import { tableVariable } from '../../compiler/policy/without-effect.ts'
import { mustBeNamespace } from './empty-namespace.ts'
import { EXIT_FAILED, EXIT_WRONG_INPUT } from './exit-codes.ts'
import { namespaceOption } from './namespace-option.ts'
import { policyFrom, readEnvironment } from './read-policy.ts'

interface ExplainOptions {
  readonly namespace: string
  readonly policyFile?: string
  readonly output: 'text' | 'yaml' | 'json'
}

const EXAMPLE = `
POD is the name of a pod, of a Workflow or of a record, or the id of a run. Tells why it waits or failed: the class of the failure
(docs/failures.md), Kubernetes' own words, and what to do, with the lines to paste into values.yaml. With an account that may read
nodes it names the taints and labels in the way. Of a run that has no pod it asks the API server, by a dry run that leaves nothing,
whether it would take one; your account must be allowed to create pods for that. The lines are written for the policy of the environment, or of --policy-file:
give the runner's own, so that nothing of it is lost.

Exit code 0: explained. 1: there is no such pod or run, or it is somebody else's. 2: wrong input.

Example:
  hybrid-runner explain run-5f0c6c0e-0b7d-4f5e-9a52-3c0f8a1d2b11-bb9b6e3d919d-1 --namespace ingestion --policy-file runner.env`

/** `explain`: why a pod or run waits or failed, and what to do. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('why a pod or run waits or failed, and what to do about it')
    .argument('<pod>', 'name of a pod, Workflow or record, or id of a run')
    .addOption(namespaceOption())
    .addOption(new Option('--policy-file <file>', 'read the policy from this file of NAME=value lines, as an env file, and from nothing else'))
    .addOption(new Option('-o, --output <format>').choices(['text', 'yaml', 'json']).default('text'))
    .addHelpText('after', EXAMPLE)
    .action(explainPod)
}

async function explainPod(name: string, { namespace, policyFile, output }: ExplainOptions): Promise<void> {
  const problem = nameProblem(name)
  if (problem !== undefined) fail(`pod: ${problem}`, EXIT_WRONG_INPUT)
  const environment = await readEnvironment(policyFile)
  if (!environment.ok) fail(formatIssues(environment.error.map((issue) => ({ ...issue, path: policyFile ?? '' }))), EXIT_WRONG_INPUT)
  const policy = policyFrom({ environment: { AGENT_ID: 'explain', ...environment.value }, warnings: [] })
  if (!policy.ok) fail(formatIssues(policy.error), EXIT_WRONG_INPUT)
  const cluster = connectKubeCluster({ namespace })
  const found = await findRun(name, cluster)
  if (found === undefined) await mustBeNamespace(namespace)
  if (found === undefined) fail(`pod: there is no pod, Workflow, record or run ${name} in namespace ${namespace}`, EXIT_FAILED)
  const start = found.record !== undefined && isUnstarted(found) ? { start: await tryStart(found.record, policy.value, cluster) } : {}
  const explanation = explain({ ...found, ...start, nodes: await readNodes(), policy: policy.value, nowMs: Date.now() })
  const variable = tableVariable(policy.value.executor)
  const unknown =
    (environment.value[variable] ?? '') === ''
      ? [`${variable} is not set here: if the runner has it set, put the lines into what stands there (--policy-file).`]
      : []
  const noted = { ...explanation, notes: [...explanation.notes, ...(explanation.failure?.remedy.includes(variable) === true ? unknown : [])] }
  process.stdout.write(`${format(noted, output)}\n`)
  if (!explanation.isOurs) process.exitCode = EXIT_FAILED
}

function isUnstarted({ pod, workflow, record }: Pick<Findings, 'pod' | 'workflow' | 'record'>): boolean {
  return pod === undefined && workflow === undefined && record?.status.phase === 'Queued'
}

function format(explanation: Explanation, output: ExplainOptions['output']): string {
  if (output === 'json') return JSON.stringify(explanation, null, 2)
  if (output === 'yaml') return stringify(explanation, { lineWidth: 0 }).trimEnd()
  return explanationText(explanation, Date.now())
}

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
