import type { V1ContainerState, V1Pod } from '@kubernetes/client-node'
import { formatIssues } from '../../compiler/issue.ts'
import { probePod } from '../../compiler/pod/probe-pod.ts'
import type { Policy } from '../../compiler/policy.ts'
import { readSecretsReport } from '../../compiler/secrets-report.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { fail, type Finding, type Judgement, ok } from './finding.ts'
import { textOf } from './run-checks.ts'

export interface ProbeParts {
  readonly cluster: Pick<Cluster, 'create' | 'read' | 'delete'>
  readonly policy: Policy
  /** As it stands after `secret:`. */
  readonly secret: string
  readonly podName: string
  readonly timeoutMs: number
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

const LOOK_EVERY_MS = 500

/**
 * Whether the ingestion account can read a secret. The runner's own may not, so that a pod under the other account does it and says how it
 * went; the pod is deleted whatever comes.
 */
export async function probeSecret(parts: ProbeParts): Promise<Finding[]> {
  return [{ check: 'secret', ...(await judged(parts)) }]
}

async function judged({ cluster, policy, secret, podName, ...waiting }: ProbeParts): Promise<Judgement> {
  const pod = probePod(podName, secret, policy)
  if (!pod.ok) return fail(formatIssues(pod.error), 'see docs/secrets.md')
  const what = `the secret ${JSON.stringify(secret)}`
  try {
    const { metadata } = await cluster.create('pods', pod.value)
    try {
      return judgePod(await ended(cluster, podName, waiting), what, policy)
    } finally {
      await cluster.delete('pods', podName, { uid: metadata?.uid ?? '' })
    }
  } catch (error) {
    return fail(`${what} was not looked at: ${textOf(error)}`, 'see whether the account of the runner may create, get and delete pods')
  }
}

/** The pod at its end, or as it is when the time is over; undefined when somebody deleted it. */
async function ended(
  cluster: ProbeParts['cluster'],
  name: string,
  { timeoutMs, now, sleep }: Pick<ProbeParts, 'timeoutMs' | 'now' | 'sleep'>,
): Promise<V1Pod | undefined> {
  const untilMs = now() + timeoutMs
  for (;;) {
    const pod = await cluster.read('pods', name)
    if (pod === undefined || stateOf(pod)?.terminated !== undefined || pod.status?.phase === 'Failed' || now() >= untilMs) return pod
    await sleep(LOOK_EVERY_MS)
  }
}

function stateOf({ status }: V1Pod): V1ContainerState | undefined {
  return status?.containerStatuses?.[0]?.state
}

function judgePod(pod: V1Pod | undefined, what: string, { serviceAccountName }: Policy): Judgement {
  if (pod === undefined) return fail(`the pod that should read ${what} was deleted`, 'run the doctor again')
  const state = stateOf(pod)
  if (state?.terminated === undefined)
    return fail(`the pod that should read ${what} did not come to its end: ${whyNot(pod)}`, 'mend what keeps it from starting, as it keeps runs')
  if (state.terminated.exitCode === 0) return ok(`the account ${serviceAccountName} can read ${what}`)
  const failed = readSecretsReport(state.terminated.message ?? '')?.failed[0]
  if (failed === undefined) {
    const { exitCode, reason = 'Error' } = state.terminated
    return fail(
      `the pod that should read ${what} ended with exit code ${exitCode} (${reason})`,
      'the check of secrets failed by itself; docs/secrets.md says what it needs',
    )
  }
  return fail(`${failed.store}: ${failed.message}`, `mend this for the account ${serviceAccountName}; docs/secrets.md has the permissions of each store`)
}

function whyNot({ status }: V1Pod): string {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting
  const unscheduled = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')
  const words = [waiting?.reason, waiting?.message, unscheduled?.message, status?.reason, status?.message].filter((word) => word !== undefined && word !== '')
  return words.length === 0 ? 'no reason is known' : words.join(': ')
}
