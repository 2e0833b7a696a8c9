import type { V1Secret } from '@kubernetes/client-node'
import type { Issue } from './issue.ts'
import { annotationsForRecord, LABEL_ROLE, labelsForRecord } from './labels.ts'
import type { LabelledRecord } from './labels.ts'
import { payloadName } from './names.ts'
import { ownedBy } from './owner.ts'
import type { RecordOwner } from './owner.ts'
import type { PayloadReference } from './record.ts'
import { err, ok } from './result.ts'
import type { Result } from './result.ts'
import { sha256Hex } from './sha256.ts'
import { stableJson } from './stable-json.ts'
import type { WorkflowConfig } from './workflow/workflow-config.ts'

/** What the program in the pod is given, as it lies in its Secret. */
export interface Payload extends PayloadReference {
  /** SHA-256 of the content. */
  readonly digest: string
  /** JSON, which is YAML too. Holds the bot's token: never log it. */
  readonly content: string
  /** JSON: the `secret:` references of the request, for the check before the program starts; undefined when it holds none. */
  readonly references?: string
}

/** What goes into a payload. */
export interface PayloadContent {
  readonly config: WorkflowConfig
  /** The `secret:` references of the request. Some stand in what the program fetches itself, and not in the config. */
  readonly references: readonly string[]
  /** The config is made for a program that finds values in the place of its references. */
  readonly isToResolve: boolean
}

/** Value of the role label of a payload. */
export const PAYLOAD_ROLE = 'payload'

/** The key of the Secret that holds the config. */
export const PAYLOAD_KEY = 'config'
/** The key that holds the references, when there are any. */
export const REFERENCES_KEY = 'references'

/** Linux takes at most 128 KiB for one environment string; above this the payload is a mounted file. */
export const MAX_ENV_PAYLOAD_BYTES = 100 * 1024
/** Kubernetes takes at most this much data in one Secret. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024

/**
 * The payload of the record of that name.
 *
 * @param largestField where in the request the bulk of it stands: the path of the issue when it is too large
 */
export function payloadFor(record: string, { config, references, isToResolve }: PayloadContent, largestField: string): Result<Payload, Issue[]> {
  const content = stableJson(config)
  const list = references.length === 0 ? undefined : stableJson(references)
  const [bytes, listBytes] = [Buffer.byteLength(content, 'utf8'), Buffer.byteLength(list ?? '', 'utf8')]
  if (bytes + listBytes > MAX_PAYLOAD_BYTES) {
    const message = `makes a payload of ${bytes + listBytes} bytes; a Secret takes ${MAX_PAYLOAD_BYTES}; shorten it, such as its filters`
    return err([{ code: 'tooLarge', path: largestField, message }])
  }
  const digest = sha256Hex(content + (list ?? ''))
  const delivery = Math.max(bytes, listBytes) > MAX_ENV_PAYLOAD_BYTES ? 'file' : 'env'
  const payload = { secretName: payloadName(record, digest), digest, delivery, content } as const
  return ok(list === undefined ? { ...payload, secrets: 'none' } : { ...payload, secrets: isToResolve ? 'toResolve' : 'references', references: list })
}

/** What the record says of its payload. */
export function payloadReference({ secretName, delivery, secrets }: Payload): PayloadReference {
  return { secretName, delivery, secrets }
}

/** The Secret of a payload: immutable, and gone when its record goes. */
export function payloadSecret(payload: Payload, record: RecordOwner & LabelledRecord): V1Secret {
  return {
    ...emptyPayloadSecret(payload, record),
    data: { [PAYLOAD_KEY]: base64(payload.content), ...(payload.references === undefined ? {} : { [REFERENCES_KEY]: base64(payload.references) }) },
  }
}

/** The same without its content: for the cluster's policies it is one like the other. */
export function emptyPayloadSecret({ secretName }: Pick<PayloadReference, 'secretName'>, record: RecordOwner & LabelledRecord): V1Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secretName,
      labels: { ...labelsForRecord(record), [LABEL_ROLE]: PAYLOAD_ROLE },
      annotations: annotationsForRecord(record),
      ownerReferences: [ownedBy(record)],
    },
    type: 'Opaque',
    immutable: true,
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
