/** `npm run docs:walkthrough`: plays the steps on a cluster of its own, and writes docs/walkthrough.md with what came of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { releaseValues } from '../../charts/release.ts'
import { type Cluster, startCluster } from '../../cluster/cluster.ts'
import type { Collate } from '../../collate/client.ts'
import { loadRunnerImage } from '../../image/runner-image.ts'
import { loadPackageImage, PACKAGE_VERSION } from '../../ingestion-package/image.ts'
import { packageValues } from '../../ingestion-package/package-values.ts'
import { connectionTo, startShop } from '../../ingestion-package/shop.ts'
import type { Postgres } from '../../postgres/postgres.ts'
import { startServer } from '../../scenario/place.ts'
import { type Interruption, takeInterrupts } from '../interruption.ts'
import { CollateSide } from './collate-side.ts'
import { pageOf } from './page.ts'
import { AGENT, LAST_RUN, type Step } from './step.ts'
import { STEPS } from './steps.ts'
import { openTerminal, type Terminal } from './terminal.ts'

const PAGE = fileURLToPath(new URL('../../../docs/walkthrough.md', import.meta.url))

/** Values that bind the release to the images of this machine and to the reference server. */
function placeValues(cluster: Cluster, collate: Collate): object {
  const { image, config } = packageValues(releaseValues(cluster, collate, AGENT))
  return { image, config: { serverHost: config['serverHost'], useSecureProtocols: false, ingestionPods: config.ingestionPods } }
}

async function outcomeOf(step: Step, terminal: Terminal, side: CollateSide): Promise<string> {
  if ('collate' in step) return side.do(step.deed)
  if (!('shell' in step)) return ''
  const output = await terminal(step.shell, step.until)
  return step.last === undefined
    ? output
    : output
        .split('\n')
        .slice(output.split('\n').length - step.last)
        .join('\n')
}

/** Plays the steps one after the other; gives them as they were typed, each with what came of it. */
async function walk(terminal: Terminal, side: CollateSide): Promise<readonly (readonly [Step, string])[]> {
  const walked: (readonly [Step, string])[] = []
  for (const step of STEPS) {
    const typed = 'shell' in step ? { ...step, shell: step.shell.replaceAll(LAST_RUN, side.lastRun) } : step
    const outcome = await outcomeOf(typed, terminal, side)
    if ('shell' in typed) process.stdout.write(`$ ${typed.shell}\n${outcome}\n`)
    if ('collate' in typed) process.stdout.write(`# Collate ${typed.collate}\n${outcome}\n`)
    walked.push([typed, outcome])
  }
  return walked
}

async function walkIn(cluster: Cluster, collate: Collate, postgres: Postgres): Promise<void> {
  await Promise.all([loadRunnerImage(cluster), loadPackageImage(cluster)])
  const address = `${cluster.hostIp}:${collate.port}`
  const side = new CollateSide({ collate, postgres, hostPort: `http://${address}/api`, connection: (password) => connectionTo(cluster, postgres, password) })
  const folder = await mkdtemp(join(tmpdir(), 'walkthrough-'))
  try {
    const values = STEPS.flatMap((step) => ('file' in step ? [[step.file, step.content] as const] : []))
    const files = { ...Object.fromEntries(values), 'token.txt': collate.tokens['runner'] ?? '', 'password.txt': postgres.password }
    const terminal = await openTerminal({ folder, kubeconfig: cluster.kubeconfigPath, files, placeValues: placeValues(cluster, collate) })
    const walked = await walk(terminal, side)
    const shown = walked.map(([, outcome]) => shownAs(outcome, { [address]: 'collate.example', [cluster.hostIp]: '192.0.2.10' }))
    await writeFile(
      PAGE,
      pageOf(
        walked.map(([step]) => step),
        shown,
      ),
    )
  } finally {
    await side.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** An outcome as a page shows it: without colours, and with names in the place of the addresses of this machine. */
function shownAs(outcome: string, names: Readonly<Record<string, string>>): string {
  const plain = stripVTControlCharacters(outcome).replaceAll(/[ \t]+$/gm, '')
  return Object.entries(names).reduce((text, [address, name]) => text.replaceAll(address, name), plain)
}

async function main(interruption: Interruption): Promise<void> {
  const cluster = await startCluster({ name: 'walkthrough', nodes: 'kubelet', signal: interruption.signal })
  try {
    const [collate, postgres] = await Promise.all([startServer({ serverVersion: PACKAGE_VERSION }), startShop()])
    try {
      await interruption.unless(walkIn(cluster, collate, postgres))
    } finally {
      await Promise.all([collate.stop(), postgres.stop()])
    }
  } finally {
    if (cluster.startedHere) await cluster.stop()
  }
}

await main(takeInterrupts((name) => process.stdout.write(`\n${name}: cleaning up\n`)))
