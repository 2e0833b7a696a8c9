import type { Facts } from '../facts.ts'
import type { Policy } from '../policy.ts'

type ImagePolicy = Pick<Policy, 'image' | 'isImageTagDynamic'>

/** The first version all of whose images take the field; an older one refuses a config that holds it. */
const FIRST_VERSION = { major: 1, minor: 13 } as const

/**
 * Whether the ingestion image takes `ingestionRunnerName`, by which Collate shows where a run ran.
 *
 * An image whose version is not known is not given it: a run that does not start is worse than a name that is not shown.
 */
export function takesRunnerName(policy: ImagePolicy, facts: Facts): boolean {
  const version = /(?<major>\d{1,9})\.(?<minor>\d{1,9})\.\d/.exec(versionText(policy, facts))?.groups
  const [major, minor] = [Number(version?.['major'] ?? 0), Number(version?.['minor'] ?? 0)]
  return major > FIRST_VERSION.major || (major === FIRST_VERSION.major && minor >= FIRST_VERSION.minor)
}

/** Text that holds the version of the image, as resolveImage chooses it; a digest tells none. */
function versionText({ image, isImageTagDynamic }: ImagePolicy, facts: Facts): string {
  if (image.digest !== undefined) return ''
  return (isImageTagDynamic ? facts.serverVersion : image.tag) ?? ''
}
