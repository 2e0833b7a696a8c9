import type { V1CronJob } from '@kubernetes/client-node'
import type { Executor } from '../../compiler/policy/executor.ts'
import type { Right } from '../cluster/access-review.ts'
import { type ClusterChecks, type CronWorkflow, rightsOf } from '../cluster/cluster-checks.ts'
import { isClusterError } from '../cluster/cluster-error.ts'
import { RUNNER_PERMISSIONS } from '../../compiler/permissions.ts'
import { judgeSkew } from './clock-skew.ts'
import { judgeCronJobs, judgeCronWorkflows } from './foreign-schedules.ts'
import { judgeLeftSchedules } from './left-schedules.ts'
import { type Check, fail, type Judgement, ok, warn } from './finding.ts'

/** The oldest minor version of Kubernetes 1 that the runner is made for. */
export const OLDEST_MINOR = 28

export interface ClusterParts {
  readonly cluster: ClusterChecks
  readonly namespace: string
  readonly executor: Executor
  /** undefined where the environment does not say. */
  readonly agentId: string | undefined
  readonly now: () => number
}

/** The API server, what the runner may do there, and what else lives in its namespace. */
export function clusterChecks(parts: ClusterParts): Check[] {
  const { cluster, namespace, executor, now } = parts
  return [
    {
      name: 'kubernetes',
      remedy: 'see whether the API server can be reached from here (kubectl version)',
      run: async () => [judgeVersion(await cluster.version())],
    },
    {
      name: 'namespace',
      remedy: `create it, or set INGESTION_NAMESPACE to the namespace of the ingestion pods`,
      run: async () => judgeNamespace(namespace, cluster, now),
    },
    { name: 'permissions', remedy: 'see whether the API server can be reached from here', run: async () => judgeRights(cluster, namespace, executor) },
    {
      name: 'quota',
      remedy: 'see whether the API server can be reached from here',
      run: async () => unlessForbidden('quotas', async () => judgeQuotas(cluster)),
    },
    {
      name: 'limit range',
      remedy: 'see whether the API server can be reached from here',
      run: async () => unlessForbidden('limit ranges', async () => judgeLimitRanges(cluster)),
    },
    {
      name: 'foreign schedules',
      remedy: 'see whether the API server can be reached from here',
      run: async () => [
        ...(await unlessForbidden('CronJobs', async () => judgeSchedules(parts, await cluster.cronJobs(), judgeCronJobs))),
        ...(await unlessForbidden('CronWorkflows', async () => judgeSchedules(parts, await cluster.cronWorkflows(), judgeCronWorkflows))),
      ],
    },
  ]
}

async function judgeSchedules<T extends CronWorkflow | V1CronJob>(
  { cluster, namespace, agentId, now }: ClusterParts,
  schedules: readonly T[],
  judgeForeign: (schedules: readonly T[], namespace: string) => Judgement[],
): Promise<Judgement[]> {
  const left = agentId === undefined ? [] : await judgeLeftSchedules(schedules, { agentId, namespace, lease: cluster.lease, now })
  return [...judgeForeign(schedules, namespace), ...left]
}

export function judgeVersion(version: string): Judgement {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined || minor === undefined) return warn(`the API server calls itself ${version}`, `use Kubernetes 1.${OLDEST_MINOR} or newer`)
  if (Number(major) === 1 && Number(minor) < OLDEST_MINOR) return fail(`the API server is ${version}`, `upgrade to Kubernetes 1.${OLDEST_MINOR} or newer`)
  return ok(`the API server is ${version}`)
}

async function judgeNamespace(namespace: string, cluster: ClusterChecks, now: () => number): Promise<Judgement[]> {
  try {
    const clockMs = await cluster.clockMs()
    return [ok(`${namespace} is there and takes objects`), ...judgeSkew('the API server', clockMs, now())]
  } catch (error) {
    if (isClusterError(error, 'NotFound'))
      return [fail(`there is no namespace ${namespace}`, 'create it, or set INGESTION_NAMESPACE to the namespace of the ingestion pods')]
    if (isClusterError(error, 'Forbidden')) return [fail(error.message, 'bind the Role of the chart to the account of the runner in this namespace')]
    if (isClusterError(error, 'QuotaExceeded')) return [warn(error.message, 'raise the quota of the namespace, or delete what is not needed')]
    throw error
  }
}

async function judgeRights(cluster: ClusterChecks, namespace: string, executor: Executor): Promise<Judgement[]> {
  const rights = rightsOf(RUNNER_PERMISSIONS.filter((permission) => (permission.executor ?? executor) === executor))
  const answers = await Promise.all(rights.map(async (right) => ({ right, isAllowed: await cluster.may(right) })))
  const missing = answers.filter(({ isAllowed }) => !isAllowed).map(({ right }) => right)
  if (missing.length === 0) return [ok(`the account may do all that the runner needs in ${namespace} (${rights.length} rights)`)]
  const text = `in ${namespace} the account may not ${describeRights(missing)}`
  return [fail(text, 'bind the Role of the chart to the account of the runner in this namespace')]
}

/** `create, delete pods; get pods/log` */
function describeRights(rights: readonly Right[]): string {
  const byResource = Map.groupBy(rights, ({ group, resource }) => (group === '' ? resource : `${resource}.${group}`))
  return [...byResource].map(([resource, those]) => `${those.map(({ verb }) => verb).join(', ')} ${resource}`).join('; ')
}

/** The runner has no need to read them, so its account need not be allowed to. */
async function unlessForbidden(what: string, judge: () => Promise<Judgement[]>): Promise<Judgement[]> {
  try {
    return await judge()
  } catch (error) {
    if (!isClusterError(error, 'Forbidden')) throw error
    return [ok(`not known: the account may not list ${what} of the namespace, which the runner does not need`)]
  }
}

async function judgeQuotas(cluster: ClusterChecks): Promise<Judgement[]> {
  const quotas = await cluster.quotas()
  if (quotas.length === 0) return [ok('none')]
  return quotas.map(({ metadata, status }) => {
    const { hard = {}, used = {} } = status ?? {}
    const full = Object.keys(hard).filter((name) => isFull(used[name], hard[name]))
    const shown = Object.entries(hard).map(([name, most]) => `${name} ${used[name] ?? '0'} of ${most}`)
    const text = `${metadata?.name ?? ''}: ${shown.join(', ')}`
    return full.length === 0 ? ok(text) : warn(text, `raise ${full.join(', ')}: runs wait until there is room`)
  })
}

/** Only of plain counts, such as pods: quantities with a unit are shown as they are. */
function isFull(used: string | undefined, hard: string | undefined): boolean {
  return used !== undefined && hard !== undefined && /^\d+$/.test(used) && /^\d+$/.test(hard) && Number(used) >= Number(hard)
}

async function judgeLimitRanges(cluster: ClusterChecks): Promise<Judgement[]> {
  const ranges = await cluster.limitRanges()
  if (ranges.length === 0) return [ok('none')]
  return ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).map(({ type, max, min }) => ok(`${metadata?.name ?? ''}: ${type} max ${JSON.stringify(max ?? {})}, min ${JSON.stringify(min ?? {})}`)),
  )
}
