/**
 * `npm run bench:secrets [-- kubernetes|aws|azure|gcp]`: what the init container `secrets` costs a run, by store: the bundle is started with the variables of a pod,
 * reads 1 and then 10 secrets from a server on this machine, and ends. Medians of the seconds and of those of a processor, which hold on a
 * busy machine, too; and the largest memory of a process.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecretsManager } from '../../compiler/secrets-manager.ts'
import type { Environment } from '../../compiler/environment.ts'
import { createAuthority } from '../network/certificate-authority.ts'
import { startAwsWorld } from '../reconciler/secrets/aws-world.ts'
import { startAzureWorld } from '../reconciler/secrets/azure-world.ts'
import { startGcpWorld } from '../reconciler/secrets/gcp-world.ts'
import { runnerProgram } from '../scenario/runner-program.ts'

const TIMES = Number(process.env['BENCH_TIMES'] ?? 9)

interface Place {
  readonly manager: SecretsManager
  environment(state: 'allowed'): Promise<Environment>
  plant(value: string): Promise<string>
  stop(): Promise<void>
}

/** An API server that has every Secret. */
async function startKubernetes(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-secrets-'))
  const authority = await createAuthority('cluster')
  const body = JSON.stringify({ kind: 'Secret', data: { value: Buffer.from('value').toString('base64') } })
  const server = createServer(await authority.sign('IP:127.0.0.1'), (_incoming, outgoing) =>
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(body),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cluster = {
    'server': `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'),
  }
  const context = { name: 'bench', context: { cluster: 'bench', user: 'bench' } }
  const users = [{ name: 'bench', user: { token: 'a-token' } }]
  const KUBECONFIG = join(folder, 'kubeconfig')
  await writeFile(
    KUBECONFIG,
    JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'current-context': 'bench',
      'clusters': [{ name: 'bench', cluster }],
      users,
      'contexts': [context],
    }),
  )
  return {
    manager: 'kubernetes',
    environment: async () => ({ KUBECONFIG, KUBERNETES_NAMESPACE: 'collate' }),
    plant: async () => `name-${Math.random().toString(36).slice(2)}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await Promise.all([authority.remove(), rm(folder, { recursive: true, force: true })])
    },
  }
}

interface Cost {
  readonly seconds: number
  readonly processorSeconds: number
  readonly megabytes: number
}

const TELL_COST = `data:text/javascript,process.on('exit',()=>process.stdout.write(JSON.stringify(process.resourceUsage())))`

async function runOnce(program: string, env: Environment): Promise<Cost> {
  const startedAt = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  execFile(process.execPath, ['--import', TELL_COST, program, 'secrets', '--mode', 'enforce'], { env }, (error, stdout, stderr) =>
    error === null ? resolve(stdout) : reject(new Error(stderr)),
  )
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(await promise) as NodeJS.ResourceUsage
  return { seconds: (performance.now() - startedAt) / 1000, processorSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }
}

async function measure(place: Place, program: string, count: number): Promise<Cost> {
  const names = await Promise.all(Array.from({ length: count }, async () => place.plant('value')))
  const env = { ...(await place.environment('allowed')), SECRETS_MANAGER: place.manager, config: JSON.stringify(names.map((name) => `secret:${name}`)) }
  const costs: Cost[] = []
  for (let time = 0; time < TIMES; time += 1) costs.push(await runOnce(program, env))
  return {
    seconds: median(costs.map(({ seconds }) => seconds)),
    processorSeconds: median(costs.map(({ processorSeconds }) => processorSeconds)),
    megabytes: Math.max(...costs.map(({ megabytes }) => megabytes)),
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0
}

const program = await runnerProgram()
const shown = ({ seconds, processorSeconds }: Cost): string => `${seconds.toFixed(2)} s (${processorSeconds.toFixed(2)} s)`.padStart(16)
console.log('store               1 secret (CPU)  10 secrets (CPU)  memory')
const STARTS = { kubernetes: startKubernetes, aws: startAwsWorld, azure: startAzureWorld, gcp: startGcpWorld }
for (const [name, start] of Object.entries(STARTS)) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue
  const place: Place = await start()
  try {
    const [one, ten] = [await measure(place, program, 1), await measure(place, program, 10)]
    console.log(`${place.manager.padEnd(18)}${shown(one)}  ${shown(ten)}  ${Math.max(one.megabytes, ten.megabytes).toFixed(0)} MB`)
  } finally {
    await place.stop()
  }
}
