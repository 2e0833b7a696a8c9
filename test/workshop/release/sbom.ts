import { createHash } from 'node:crypto'

/** As much of package-lock.json as a list of parts needs. */
export interface PackageLock {
  readonly name: string
  readonly version: string
  /** By the path of their folder; the empty path is the project itself. */
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly license?: string
  /** Needed by checks and tests only. */
  readonly dev?: boolean
  /** Needed by checks and tests, or where the machine wants it. */
  readonly devOptional?: boolean
}

export interface Component {
  readonly name: string
  readonly version: string
  readonly [key: string]: unknown
}

/** A CycloneDX document, version 1.5: https://cyclonedx.org/docs/1.5/json/ */
export interface Sbom {
  readonly serialNumber: string
  readonly components: readonly Component[]
  readonly [key: string]: unknown
}

/**
 * What the program is made of: the packages that it is bundled from, and Node. Pure: the same lock file and time give the same document.
 *
 * Made from the lock file, since npm's own list leaves a package out that a test needs in a second place.
 *
 * @param atSeconds epoch seconds of the sources' last change
 */
export function sbomOf({ name, version, packages }: PackageLock, node: string, atSeconds: number): Sbom {
  const components = [...Object.entries(packages).flatMap(componentOf), platform(node)]
  const content = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { timestamp: new Date(atSeconds * 1000).toISOString(), component: { 'bom-ref': name, 'type': 'application', name, version } },
    components: [...new Map(components.map((component) => [component['bom-ref'], component])).values()],
  }
  return { ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` }
}

function componentOf([path, { version, integrity, license, dev = false, devOptional = false }]: readonly [string, LockedPackage]) {
  if (path === '' || version === undefined || dev || devOptional) return []
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const [algorithm, digest] = integrity?.split('-') ?? []
  const hashes = algorithm === 'sha512' && digest !== undefined ? [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] : []
  return [
    part('library', name, version, `pkg:npm/${name.replace('@', '%40')}@${version}`, {
      hashes,
      licenses: license === undefined ? [] : [{ expression: license }],
    }),
  ]
}

function platform(version: string) {
  return part('platform', 'node', version, `pkg:generic/node@${version}`, { licenses: [{ expression: 'MIT' }] })
}

function part(type: string, name: string, version: string, purl: string, more: object) {
  return { 'bom-ref': purl, type, name, version, purl, ...more }
}

/** A UUID (version 8) made of a digest. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}
