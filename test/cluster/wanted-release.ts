import { InputError } from './machine-error.ts'
import { KUBERNETES_RELEASES, type KubernetesRelease } from './versions.ts'

const VARIABLE = 'HYBRID_RUNNER_KUBERNETES'

/** The release of Kubernetes that whoever runs the tests asks for. Throws InputError on one that is not known. */
export function wantedRelease(): KubernetesRelease {
  return releaseOf(VARIABLE, process.env[VARIABLE] ?? 'default')
}

/** Name of a cluster that tests ask for by `name`: one of another release stands beside that of the default, and has a name of its own. */
export function nameOnWantedRelease(name: string): string {
  const release = wantedRelease()
  return release === 'default' ? name : `${name}-${release}`
}

/** The release of this name. Throws InputError, and names what asked for it. */
export function releaseOf(asker: string, name: unknown): KubernetesRelease {
  const release = KUBERNETES_RELEASES.find((known) => known === name)
  if (release === undefined) throw new InputError(`${asker}: ${JSON.stringify(name)} is none of ${KUBERNETES_RELEASES.join(', ')}`)
  return release
}
