import { parseArgs } from 'node:util'
import { kubernetesPart, versionOf } from '../cluster/versions.ts'
import { releaseOf } from '../cluster/wanted-release.ts'
import { runCoreOn } from './cluster-tests.ts'
import { isGood, tallyLine } from './tally.ts'

/** `npm run test:kubernetes -- oldest [FILE...]`: the core of the cluster tests, or these files, on that release of Kubernetes. */
const { positionals } = parseArgs({ allowPositionals: true })
const [name, ...files] = positionals
const release = releaseOf('npm run test:kubernetes', name)
const tally = await runCoreOn(release, files.length === 0 ? undefined : files)
console.log(`\nKubernetes ${versionOf(kubernetesPart(release))}: ${tallyLine(tally)}, ${tally.skipped} skipped`)
process.exitCode = isGood(tally) ? 0 : 1
