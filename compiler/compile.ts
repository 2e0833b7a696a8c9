import { workflowForRun } from './argo/workflow.ts'
import type { Facts } from './facts.ts'
import { resolveImage } from './image-reference.ts'
import type { Issue } from './issue.ts'
import type { Manifest } from './manifest.ts'
import { podForRun } from './pod/pod.ts'
import type { Policy } from './policy.ts'
import type { StoredRecord } from './record.ts'
import { ok } from './result.ts'
import type { Result } from './result.ts'

/**
 * Turns a stored record into the objects it stands for: for a run, the pod or the Workflow of its current attempt.
 *
 * Pure: same arguments, same bytes. A fact that is needed and not known is an issue with code `unknownFact`: nothing is written
 * until it is known.
 */
export function compile(record: StoredRecord, policy: Policy, facts: Facts): Result<Manifest, Issue[]> {
  const image = resolveImage(policy, facts)
  if (!image.ok) return image
  const object = policy.executor === 'argo' ? workflowForRun(record, policy, image.value) : podForRun(record, policy, image.value)
  return object.ok ? ok({ objects: [object.value] }) : object
}
