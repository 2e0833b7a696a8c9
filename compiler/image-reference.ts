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

/**
 * The image a pod runs.
 *
 * A digest wins. With dynamic versions on the tag follows the server (`1.11.1` -> `om-1.11.1-cl-1.11.1`), so that pod and server
 * speak the same version; without, the configured tag holds.
 */
export function resolveImage(image: ImageReference, isDynamic: boolean, facts: Facts): Result<string, Issue[]> {
  if (image.digest !== undefined || !isDynamic) return ok(formatImageReference(image))
  const version = /\d+\.\d+\.\d+/.exec(facts.serverVersion ?? '')?.[0]
  if (version === undefined) {
    const found = facts.serverVersion === undefined ? 'is not known yet' : 'holds no version x.y.z'
    const mend = 'it is read from the server; DYNAMIC_INGESTION_VERSION_ENABLED=false uses the configured tag instead'
    return err([{ code: 'unknownFact', path: 'serverVersion', message: `${found}, and the image's tag follows it; ${mend}` }])
  }
  return ok(formatImageReference({ repository: image.repository, tag: `om-${version}-cl-${version}` }))
}
