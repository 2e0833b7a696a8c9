import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { stringify } from 'yaml'
import type { Issue } from '../../compiler/issue.ts'
import type { Policy } from '../../compiler/policy.ts'
import type { Result } from '../../compiler/result.ts'
import { connectKubeCluster } from '../cluster/kube-cluster.ts'
import { NoClusterError } from '../cluster/no-cluster-error.ts'
import { type Config, parseConfig } from '../config.ts'
import { examine } from '../doctor/doctor.ts'
import type { Finding } from '../doctor/finding.ts'
import { probeSecret } from '../doctor/probe-secret.ts'
import { tokenFromStore } from '../link/token-from-store.ts'
import { loadToken } from '../link/token.ts'
import { redact } from '../log.ts'
import { loadExtraCas } from '../network/extra-cas.ts'
import { caFilesOf } from '../network/network-variables.ts'
import { proxySecrets } from '../network/proxy.ts'
import { readCustomConfig } from '../read-custom-config.ts'
import { EXIT_FAILED, EXIT_WRONG_INPUT } from './exit-codes.ts'
import { type BundleParts, supportBundle } from './support-bundle.ts'

const EXAMPLE = `
Looks at all that the runner itself needs: its environment, the way to Collate (names, proxy, certificates, clock), the token, the
link, the API server, the account's rights, and the namespace. Changes nothing; with --secret, a pod is made and deleted. Exit code 0: nothing failed; 1: something did; 2: the
environment is wrong.

Examples:
  kubectl exec --namespace ingestion-runner deployment/collate-prod-hybrid-ingestion-runner -- hybrid-runner doctor
  kubectl exec --namespace ingestion-runner deployment/collate-prod-hybrid-ingestion-runner -- hybrid-runner doctor --bundle > bundle.yaml`

interface DoctorOptions {
  readonly output: 'text' | 'json'
  readonly secret?: string
  readonly bundle?: true
}

/** A pod is started within it, also where its image has to be pulled. */
const PROBE_TIMEOUT_MS = 90_000

/** `doctor`: whether the runner has what it needs, and what to do where it has not. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('whether the runner has all that it needs, and what to do about what it has not')
    .addOption(new Option('-o, --output <format>').choices(['text', 'json']).default('text'))
    .addOption(new Option('--secret <name>', 'also have a pod under the ingestion account read this secret, as it stands after secret:, and delete the pod'))
    .addOption(
      new Option('--bundle', 'print what support needs, as YAML: the findings, the environment, runs, schedules, pods, events; no payload, no log, no secret'),
    )
    .addHelpText('after', EXAMPLE)
    .action(async (options: DoctorOptions) => doctor(options))
}

async function doctor({ output, secret, bundle }: DoctorOptions): Promise<void> {
  const config = parseConfig(process.env, readCustomConfig(process.env))
  const token = await loadToken({ value: process.env['AUTH_TOKEN'], file: process.env['AUTH_TOKEN_FILE'] || undefined }, tokenFromStore(process.env))
  const extraCas = await loadExtraCas(caFilesOf(process.env))
  const namespace = config.ok ? config.value.policy.namespace : process.env['INGESTION_NAMESPACE'] || 'default'
  const [examined, probed] = await Promise.all([
    examine({ config, token, extraCas, namespace, now: Date.now }),
    secret !== undefined && config.ok ? probe(config.value.policy, secret) : [],
  ])
  const findings = [...examined, ...probed]
  const secrets = [...(token.ok ? token.value.known() : []), ...(config.ok ? proxySecrets(config.value.network.proxies) : [])]
  const text = bundle === true ? stringify(await bundleFor(config, findings), { lineWidth: 0 }) : format(findings, output)
  process.stdout.write(`${redact(text.trimEnd(), secrets)}\n`)
  const isWrongInput = !config.ok || !token.ok || !extraCas.ok
  process.exit(isWrongInput ? EXIT_WRONG_INPUT : findings.some(({ status }) => status === 'fail') ? EXIT_FAILED : 0)
}

async function bundleFor(config: Result<Config, Issue[]>, findings: readonly Finding[]): Promise<object> {
  const place = config.ok ? placeOf(config.value.policy) : undefined
  return supportBundle({ findings, environment: process.env, place, nowMs: Date.now() })
}

function placeOf({ namespace, agentId }: Policy): BundleParts['place'] {
  try {
    return { cluster: connectKubeCluster({ namespace }), agentId }
  } catch (error) {
    // The findings tell of it.
    if (error instanceof NoClusterError) return undefined
    throw error
  }
}

async function probe(policy: Policy, secret: string): Promise<Finding[]> {
  const cluster = connectKubeCluster({ namespace: policy.namespace })
  const podName = `hybrid-runner-doctor-${randomUUID().slice(0, 8)}`
  // An interrupt ends the wait, so that the pod is deleted. A second one ends the process.
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt.abort(new Error('interrupted')))
  const waiting = { timeoutMs: PROBE_TIMEOUT_MS, now: Date.now, sleep: async (ms: number) => sleep(ms, undefined, { signal: interrupt.signal }) }
  return probeSecret({ cluster, policy, secret, podName, ...waiting })
}

function format(findings: readonly Finding[], output: DoctorOptions['output']): string {
  return output === 'json' ? JSON.stringify(findings, null, 2) : findings.map(lineOf).join('\n')
}

const COLORS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function lineOf({ check, status, message, remedy }: Finding): string {
  const line = `${check.padEnd(18)} ${message.replaceAll(/\s+/g, ' ')}${remedy === undefined ? '' : `. What to do: ${remedy}`}`
  return `${styleText(COLORS[status], status.padEnd(4), { stream: process.stdout })}  ${line}`
}
