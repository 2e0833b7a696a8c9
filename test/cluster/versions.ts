import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type Part = 'kubernetes' | 'kubernetes-oldest' | 'kubernetes-newest' | 'etcd' | 'kwok' | 'argo' | 'actionlint'

/** The Kubernetes releases that clusters can be of: the oldest that is supported, the one that tests run on, and the newest that is published. */
export type KubernetesRelease = 'oldest' | 'default' | 'newest'
export const KUBERNETES_RELEASES: readonly KubernetesRelease[] = ['oldest', 'default', 'newest']

/** A program that is built from a Go module. Its version stands in the go.mod of its part and nowhere else. */
export interface Program {
  readonly part: Part
  readonly name: string
  readonly package: string
}

const MODULES: Readonly<Record<Part, string>> = {
  'kubernetes': 'k8s.io/kubernetes',
  'kubernetes-oldest': 'k8s.io/kubernetes',
  'kubernetes-newest': 'k8s.io/kubernetes',
  'etcd': 'go.etcd.io/etcd/server/v3',
  'kwok': 'sigs.k8s.io/kwok',
  'argo': 'github.com/argoproj/argo-workflows/v3',
  'actionlint': 'github.com/rhysd/actionlint',
}

/** The part that builds a release of Kubernetes. */
export function kubernetesPart(release: KubernetesRelease): 'kubernetes' | 'kubernetes-oldest' | 'kubernetes-newest' {
  return release === 'default' ? 'kubernetes' : `kubernetes-${release}`
}

const kubernetesPrograms = (release: KubernetesRelease, names: readonly string[]): Program[] =>
  names.map((name) => ({ part: kubernetesPart(release), name, package: `${MODULES.kubernetes}/cmd/${name}` }))

const ETCD: Program = { part: 'etcd', name: 'etcd', package: MODULES.etcd }

export function controlPlanePrograms(release: KubernetesRelease): readonly Program[] {
  return [ETCD, ...kubernetesPrograms(release, ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])]
}

export function kubeletPrograms(release: KubernetesRelease): readonly Program[] {
  return kubernetesPrograms(release, ['kubelet', 'kube-proxy'])
}

export const KWOK_PROGRAMS: readonly Program[] = [{ part: 'kwok', name: 'kwok', package: `${MODULES.kwok}/cmd/kwok` }]
export const ARGO_PROGRAMS: readonly Program[] = ['workflow-controller', 'argoexec'].map((name) => ({
  part: 'argo',
  name,
  package: `${MODULES.argo}/cmd/${name}`,
}))
/** Judges workflow files, without asking anybody. */
export const WORKFLOW_JUDGE: Program = { part: 'actionlint', name: 'actionlint', package: `${MODULES.actionlint}/cmd/actionlint` }

/** Folder of a part: its go.mod, go.sum and, where the published module lacks files, those. */
export function partFolder(part: Part): string {
  return join(import.meta.dirname, 'build', part)
}

/** Module path that a part is built from. */
export function moduleOf(part: Part): string {
  return MODULES[part]
}

/** Version of a part as its go.mod pins it, such as `v1.35.4`. */
export function versionOf(part: Part): string {
  const goMod = readFileSync(join(partFolder(part), 'go.mod'), 'utf8')
  const requirement = goMod.split('\n').map((line) =>
    line
      .trim()
      .replace(/^require /, '')
      .split(' '),
  )
  const version = requirement.find(([path, version]) => path === MODULES[part] && version?.startsWith('v'))?.[1]
  if (version === undefined) throw new Error(`${partFolder(part)}/go.mod does not require ${MODULES[part]}: run "go get -tool" there`)
  return version
}

/** Linker flags of a part. Without the version variables Kubernetes calls itself v0.0.0-master. */
export function linkerFlagsOf(part: Part): string {
  const version = versionOf(part)
  const [major, minor] = version.slice(1).split('.')
  const ofKubernetes = {
    'k8s.io/component-base/version.gitVersion': version,
    'k8s.io/component-base/version.gitMajor': major ?? '',
    'k8s.io/component-base/version.gitMinor': minor ?? '',
  }
  const variables: Readonly<Record<Part, Readonly<Record<string, string>>>> = {
    'kubernetes': ofKubernetes,
    'kubernetes-oldest': ofKubernetes,
    'kubernetes-newest': ofKubernetes,
    'etcd': {},
    'kwok': { 'sigs.k8s.io/kwok/pkg/consts.Version': version },
    'argo': { 'github.com/argoproj/argo-workflows/v3.version': version },
    'actionlint': {},
  }
  return ['-s', '-w', ...Object.entries(variables[part]).map(([name, value]) => `-X ${name}=${value}`)].join(' ')
}

/** Build tags of a part. The oldest Kubernetes still holds the code of clouds, which nothing here uses and which takes minutes. */
export function buildTagsOf(part: Part): string {
  return part === 'kubernetes-oldest' ? 'providerless' : ''
}

/** Name of the part's cache folder: version, machine, and a digest of all that goes into the build. */
export function cacheKeyOf(part: Part): string {
  const digest = createHash('sha256')
  const folder = partFolder(part)
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const path = join(folder, file)
    if (statSync(path).isFile()) digest.update(`${file}\0`).update(readFileSync(path)).update('\0')
  }
  digest.update(linkerFlagsOf(part)).update(buildTagsOf(part))
  return `${part}-${versionOf(part)}-${process.arch}-${digest.digest('hex').slice(0, 12)}`
}
