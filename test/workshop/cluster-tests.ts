import type { KubernetesRelease } from '../cluster/versions.ts'
import { runProgram } from './run-program.ts'
import { runVitest } from './run-vitest.ts'
import { filesToTryAgain } from './second-chance.ts'
import { addTallies, NOTHING, type Tally, tallyOfFiles } from './tally.ts'
import { readResult } from './test-results.ts'
import { filesOf } from './vitest-report.ts'

/** What has to hold on every Kubernetes that is supported: what the API server judges, and what becomes of runs. */
const CORE = [
  'test/charts/restricted',
  'test/charts/release.cluster',
  'test/charts/upgrade',
  'test/charts/uninstall',
  'test/charts/permissions',
  'test/charts/at-zero',
  'test/charts/argo-release',
  'test/compiler/snapshots.cluster',
  'test/compiler/cron.cluster',
  'test/compiler/policy-rules.cluster',
  'test/reconciler/cluster/kube-cluster.cluster',
  'test/scenario/runs.cluster',
  'test/scenario/schedules.cluster',
  'test/scenario/automations',
  'test/scenario/logs.cluster',
  'test/scenario/failures/failures.cluster',
]

const usesGivenCluster = process.env['KUBECONFIG'] !== undefined && process.env['KUBECONFIG'] !== ''

/**
 * Begins to build the cluster's programs beside whatever runs before the tests that need them, and in no hurry: with empty caches that
 * takes ten minutes of two cores, which are not always busy. What becomes of it is told by `runClusterTests`, which waits for it.
 */
export async function buildEarly(): Promise<void> {
  if (!usesGivenCluster) await runProgram('nice', ['-n', '19', process.execPath, ...buildCommand('default')])
}

/**
 * The tests that need a cluster. Its programs are built before the first of them, so that no test's time limit holds for the build.
 *
 * @param isStrict - what fails once has failed, and no file is given a second chance
 */
export async function runClusterTests({ isStrict }: { readonly isStrict: boolean }): Promise<Tally> {
  if (!(await buildsPrograms('default'))) return { ...NOTHING, failed: 1 }
  const tally = await runVitest({ project: 'cluster', reporter: 'verbose', name: 'cluster' })
  return tally.failed === 0 || isStrict ? tally : withSecondChance(tally)
}

async function withSecondChance(first: Tally): Promise<Tally> {
  const files = filesOf(await readResult('cluster.json')) ?? []
  const again = filesToTryAgain(files)
  if (again.length === 0) return first
  console.log(`\n== once more, alone: the ${again.length === 1 ? 'file' : `${again.length} files`} in which something failed`)
  const second = await runVitest({ project: 'cluster', reporter: 'verbose', name: 'cluster-again', files: again, isAlone: true })
  return addTallies(tallyOfFiles(files.filter(({ name }) => !again.includes(name))), second)
}

/** Their core with nothing left out, on a cluster of another Kubernetes than the one they all run on. */
export async function runCoreOn(release: KubernetesRelease, files: readonly string[] = CORE): Promise<Tally> {
  if (!(await buildsPrograms(release))) return { ...NOTHING, failed: 1 }
  const env = { HYBRID_RUNNER_KUBERNETES: release, HYBRID_RUNNER_TEST_ALL: '1' }
  return runVitest({ project: 'cluster', reporter: 'verbose', name: `cluster-${release}`, files, env })
}

async function buildsPrograms(release: KubernetesRelease): Promise<boolean> {
  if (usesGivenCluster) return true
  const { code } = await runProgram(process.execPath, buildCommand(release), { isShown: true })
  return code === 0
}

function buildCommand(release: KubernetesRelease): string[] {
  return ['test/cluster/cli.ts', 'build', '--all', '--kubernetes', release]
}
