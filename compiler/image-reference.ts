import type { Facts } from './facts.ts'
import type { Issue } from './issue.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'

/** A container image: `repository[:tag][@digest]`. */
export interface ImageReference {
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

const REFERENCE = new RegExp(
  '^(?<repository>(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\\d+)?/)?' +
    '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)' +
    '(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$',
)

/** Reads an image reference, or gives the rule it breaks. */
export function parseImageReference(text: string): Result<ImageReference, string> {
  const groups = text.length <= 512 ? REFERENCE.exec(text)?.groups : undefined
  const repository = groups?.['repository']
  if (repository === undefined) return err('must be an image: repository:tag, or repository@sha256:digest, the repository in lower case')
  const [tag, digest] = [groups?.['tag'], groups?.['digest']]
  return ok({ repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) })
}

export function formatImageReference({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** What of the policy decides the image. */
interface ImagePolicy {
  readonly image: ImageReference
  readonly isImageTagDynamic: boolean
  readonly isVersionValidationOff: boolean
}

/**
 * The image a pod runs.
 *
 * A digest wins. With dynamic versions on the tag follows the server (`1.11.1` -> `om-1.11.1-cl-1.11.1`), so that pod and server
 * speak the same version; without, the configured tag holds, and its version must be the server's but for the last number, as far
 * as both are known: the pod would refuse to work otherwise.
 */
export function resolveImage({ image, isImageTagDynamic, isVersionValidationOff }: ImagePolicy, facts: Facts): Result<string, Issue[]> {
  if (image.digest !== undefined) return ok(formatImageReference(image))
  const version = /\d+\.\d+\.\d+/.exec(facts.serverVersion ?? '')?.[0]
  if (!isImageTagDynamic) {
    const mismatch = isVersionValidationOff ? undefined : versionMismatch(image.tag, version)
    return mismatch === undefined ? ok(formatImageReference(image)) : err([mismatch])
  }
  if (version === undefined) {
    const found = facts.serverVersion === undefined ? 'is not known yet' : 'holds no version x.y.z'
    const mend = 'it is read from the server; DYNAMIC_INGESTION_VERSION_ENABLED=false uses the configured tag instead'
    return err([{ code: 'unknownFact', path: 'serverVersion', message: `${found}, and the image's tag follows it; ${mend}` }])
  }
  return ok(formatImageReference({ repository: image.repository, tag: `om-${version}-cl-${version}` }))
}

/** A tag of the vendor's form of another minor version than the server. Other tags say nothing of their version. */
function versionMismatch(tag: string | undefined, serverVersion: string | undefined): Issue | undefined {
  const imageVersion = /^om-(\d+\.\d+\.\d+)/.exec(tag ?? '')?.[1]
  if (imageVersion === undefined || serverVersion === undefined || minorOf(imageVersion) === minorOf(serverVersion)) return undefined
  const mend = `give an image of ${minorOf(serverVersion)}, or let the tag follow with DYNAMIC_INGESTION_VERSION_ENABLED=true, or set INGESTION_DISABLE_VERSION_VALIDATION=true`
  return { code: 'invalid', path: 'INGESTION_IMAGE', message: `is of version ${imageVersion} and the server of ${serverVersion}; ${mend}` }
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}
