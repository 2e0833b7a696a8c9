import { readFile } from 'node:fs/promises'
import { programPath } from '../cluster/build-cache.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { exclusively } from '../cluster/exclusive.ts'
import { cachedArchive, loadArchive } from '../cluster/images.ts'
import { ARGO_PROGRAMS, versionOf } from '../cluster/versions.ts'

const REGISTRY = 'localhost'

/** Values that have the chart install Argo from the images of the tests. */
export const ARGO_VALUES = {
  installArgoWorkflows: true,
  argoWorkflows: {
    controller: { image: { registry: REGISTRY, tag: versionOf('argo') }, resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
  },
} as const

/** Puts Argo's real controller and executor on the node, as images of the names that the chart makes of those values. */
export async function loadArgoImages(cluster: Cluster): Promise<void> {
  for (const program of ARGO_PROGRAMS) {
    const files = [{ path: `bin/${program.name}`, mode: 0o755, content: await readFile(programPath(program)) }]
    const image = { files, folders: [{ path: 'tmp', mode: 0o1777 }], entrypoint: [program.name], user: '8737:8737' }
    const archive = await cachedArchive(image, [`${REGISTRY}/argoproj/${program.name}:${versionOf('argo')}`])
    await exclusively(`load-argo-images-${cluster.name}`, async () => loadArchive(cluster, archive))
  }
}
