import { callJson } from '../../cluster/kubernetes-api.ts'
import { RESTRICTED_CONTAINER } from '../../cluster/pods.ts'
import { waitFor } from '../../cluster/waiting.ts'
import { INGESTION_IMAGE } from '../../ingestion-image/image.ts'
import { SERVER_VERSION } from '../place.ts'
import type { RunRequest } from '../run-request.ts'
import type { Scenario } from '../scenario.ts'
import { podOf } from '../settled.ts'
import type { FailureCase } from './failure-case.ts'
import { programEndMs } from './kubernetes-times.ts'
import { TYPE_OF } from './stage.ts'

const RUNS_LONG = { seconds: 120, end: 'none' } as const

/** Runs that come to a bad end. */
export const CASES_THAT_FAIL: readonly FailureCase[] = [
  {
    name: 'program takes more memory than its limit',
    failureClass: 'OOMKilled',
    cause: 'program',
    becomes: 'failed',
    limitSeconds: 3,
    words: /container main was killed for using more memory than its limit of 64Mi \(exit code 137\)/,
    remedy: /\(now 64Mi\)[^]*"limits":\{"memory":"128Mi"\}/,
    simulate: { allocateMiB: 128 },
    factMs: programEndMs,
  },
  {
    name: 'program ends with an exit code',
    failureClass: 'ExitCode',
    cause: 'error',
    becomes: 'failed',
    limitSeconds: 3,
    words: /container main ended with exit code 1/,
    remedy: /last log lines say why/,
    simulate: { exitCode: 1, lines: 4 },
    factMs: programEndMs,
  },
  {
    name: 'pod is evicted by the API',
    failureClass: 'Evicted',
    cause: 'api',
    becomes: 'failed',
    limitSeconds: 3,
    words: /EvictionByEvictionAPI: Eviction API: evicting/,
    remedy: /The node was drained under the pod/,
    simulate: RUNS_LONG,
    deed: evict,
    factMs: programEndMs,
  },
  {
    name: 'place is taken by a pod of higher priority',
    failureClass: 'Preempted',
    cause: 'priority',
    becomes: 'failed',
    words: /PreemptionByScheduler: .*preempting to accommodate a higher priority pod/,
    remedy: /"autoClassification":.*"priorityClass"/,
    simulate: RUNS_LONG,
    request: { pipelineType: TYPE_OF.preemption },
    deed: preempt,
  },
  {
    name: 'program runs longer than its workflowTimeout',
    failureClass: 'DeadlineExceeded',
    cause: 'timeout',
    becomes: 'failed',
    words: /DeadlineExceeded: Pod was active on the node longer than the specified deadline/,
    remedy: /workflowTimeout/,
    simulate: RUNS_LONG,
    request: { workflowTimeout: 3 },
  },
  {
    name: 'pod is denied by an admission policy',
    failureClass: 'Rejected',
    cause: 'admissionPolicy',
    becomes: 'failed',
    words: /ValidatingAdmissionPolicy 'failures-\w+-no-reindex' with binding .* denied request: no reindexing here/,
    remedy: /The policy "failures-\w+-no-reindex" denies the pods of runs/,
    request: { pipelineType: TYPE_OF.admission },
  },
  {
    name: 'pod is denied by an admission webhook',
    failureClass: 'Rejected',
    cause: 'webhook',
    becomes: 'failed',
    words: /admission webhook "failures-\w+.example.com" denied the request: pods need a team label/,
    remedy: /The admission webhook "failures-\w+.example.com" denies the pods of runs/,
    request: { pipelineType: TYPE_OF.webhook },
  },
  {
    name: 'pod is given a container that Pod Security does not allow',
    failureClass: 'Rejected',
    cause: 'podSecurity',
    becomes: 'failed',
    words: /violates PodSecurity "restricted:latest": privileged \(container "agent"/,
    remedy: /The namespace enforces the Pod Security Standard "restricted:latest"/,
    request: { pipelineType: TYPE_OF.podSecurity },
  },
  {
    name: 'priority class is not there',
    failureClass: 'Rejected',
    cause: 'priorityClass',
    becomes: 'failed',
    words: /no PriorityClass with name not-there was found/,
    remedy: /The cluster has no PriorityClass not-there/,
    request: { pipelineType: TYPE_OF.priorityClass },
  },
]

async function evict(scenario: Scenario, { runId }: RunRequest): Promise<number> {
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  const name = (await podOf(scenario, runId))?.metadata.name ?? ''
  const path = `/api/v1/namespaces/${scenario.namespace}/pods/${name}/eviction`
  await callJson(scenario.cluster.api, { method: 'POST', path, body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } } })
  return Date.now()
}

/** Asks for the one piece that the run's pod holds, at a higher priority. */
async function preempt(scenario: Scenario, { runId }: RunRequest): Promise<number> {
  await scenario.collate.waitForStatus({ runId, state: 'running' })
  const slot = { [`example.com/${scenario.namespace}-slot`]: '1' }
  const container = {
    name: 'main',
    image: `${INGESTION_IMAGE}:om-${SERVER_VERSION}-cl-${SERVER_VERSION}`,
    command: ['python', 'no-such-script.py'],
    securityContext: RESTRICTED_CONTAINER,
    resources: { requests: slot, limits: slot },
  }
  const metadata = { generateName: 'preemptor-' }
  const spec = { restartPolicy: 'Never', priorityClassName: `${scenario.namespace}-high`, containers: [container] }
  await callJson(scenario.cluster.api, {
    method: 'POST',
    path: `/api/v1/namespaces/${scenario.namespace}/pods`,
    body: { apiVersion: 'v1', kind: 'Pod', metadata, spec },
  })
  const isChosen = async (): Promise<number | undefined> => {
    const conditions = ((await podOf(scenario, runId))?.status?.['conditions'] ?? []) as readonly {
      readonly type: string
      readonly lastTransitionTime: string
    }[]
    const found = conditions.find(({ type }) => type === 'DisruptionTarget')
    return found === undefined ? undefined : new Date(found.lastTransitionTime).getTime()
  }
  return waitFor(isChosen, { what: `the preemption of run ${runId}`, everyMs: 100 })
}
