import type { Issue } from '../../compiler/issue.ts'
import { collateRestClient } from '../collate/rest-client.ts'
import { connectClusterChecks } from '../cluster/cluster-checks.ts'
import { type Config, configWarnings } from '../config.ts'
import type { Result } from '../../compiler/result.ts'
import type { RunnerToken } from '../link/token.ts'
import type { ExtraCas } from '../network/extra-cas.ts'
import { DIRECT, networkOf } from '../network/network.ts'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { clusterChecks } from './check-cluster.ts'
import { collateChecks } from './check-collate.ts'
import { isEncrypted, networkChecks } from './check-network.ts'
import { podCheck } from './check-pods.ts'
import { type Check, fail, type Finding, ok, warn } from './finding.ts'
import { runChecks } from './run-checks.ts'

const TIMEOUT_MS = 15_000

/** What the environment gave; each part may be wrong on its own. */
export interface DoctorInput {
  readonly config: Result<Config, Issue[]>
  readonly token: Result<RunnerToken, Issue[]>
  readonly extraCas: Result<ExtraCas, Issue[]>
  /** Where the cluster is looked at also when the configuration is wrong. */
  readonly namespace: string
  readonly now: () => number
}

/** Looks at all that the runner itself needs, and changes nothing. Where the configuration is wrong, what does not depend on it is looked at all the same. */
export async function examine(input: DoctorInput): Promise<Finding[]> {
  const { config, token, extraCas } = input
  const checks = [
    configurationCheck(input),
    ...clusterPart(input),
    ...(config.ok && token.ok && extraCas.ok ? collatePart(config.value, token.value, extraCas.value, input.now) : []),
  ]
  return runChecks(checks, TIMEOUT_MS)
}

function configurationCheck({ config, token, extraCas }: DoctorInput): Check {
  const issues = [config, token, extraCas].flatMap((part) => (part.ok ? [] : part.error))
  const warnings = config.ok ? configWarnings(config.value) : []
  const failures = issues.map((issue) => fail(...toldOnce(issue)))
  const worries = warnings.map((issue) => warn(...toldOnce(issue)))
  return {
    name: 'configuration',
    remedy: 'see docs/configuration.md',
    run: async () => Promise.resolve(failures.length + worries.length === 0 ? [ok('the environment is understood')] : [...failures, ...worries]),
  }
}

/** What is wrong and what to do: an issue that says both, in two sentences, is not given a second mend. */
export function toldOnce({ path, message }: Issue): [message: string, remedy: string] {
  const end = message.indexOf('. ')
  const [what, mend] = end < 0 ? [message, ''] : [message.slice(0, end), message.slice(end + 2)]
  const usual = path === 'values.yaml' ? 'mend it in the values of the release' : 'mend this variable, or the value of the chart that sets it'
  const remedy = mend === '' ? usual : mend.charAt(0).toLowerCase() + mend.slice(1).replace(/\.$/, '')
  return [(path === '' ? what : `${path}: ${what}`).replace(/\.$/, ''), remedy]
}

function clusterPart({ config, extraCas, namespace, now }: DoctorInput): Check[] {
  const network = config.ok && extraCas.ok ? networkOf(config.value.network.proxies, extraCas.value) : DIRECT
  try {
    const { executor, agentId } = config.ok ? config.value.policy : ({ executor: 'simpleK8s', agentId: undefined } as const)
    return [
      ...clusterChecks({ cluster: connectClusterChecks(namespace, network), namespace, executor, agentId, now }),
      ...(config.ok ? [podCheck({ cluster: connectKubeCluster({ namespace, network }), policy: config.value.policy })] : []),
    ]
  } catch (error) {
    return [{ name: 'kubernetes', remedy: 'set KUBECONFIG, or run this in the pod of the runner', run: async () => Promise.reject(error) }]
  }
}

function collatePart(config: Config, token: RunnerToken, extraCas: ExtraCas, now: () => number): Check[] {
  const network = networkOf(config.network.proxies, extraCas)
  let serverClockMs: number | undefined
  const onDate = (epochMs: number): void => void (serverClockMs = epochMs)
  const collate = collateRestClient({ apiUrl: config.apiUrl, token: token.current, network, onDate })
  const isOneHost = new URL(config.apiUrl).host === new URL(config.link.url).host && isEncrypted(config.apiUrl) === isEncrypted(config.link.url)
  return [
    ...networkChecks('of the API', config.apiUrl, network, now),
    ...(isOneHost ? [] : networkChecks('of the link', config.link.url, network, now)),
    ...collateChecks(config, { collate, token: token.current(), network, now, serverClockMs: () => serverClockMs }),
  ]
}
