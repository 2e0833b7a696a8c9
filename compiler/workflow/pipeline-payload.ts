import type { Facts } from '../facts.ts'
import type { PayloadContent } from '../payload.ts'
import type { Policy } from '../policy.ts'
import type { ResolvedRun } from '../resolve.ts'
import { secretReferences } from '../secret-references.ts'
import { isResolving } from '../secrets-check.ts'
import { workflowConfigFor } from './workflow-config.ts'

/**
 * What the pod of a pipeline's run is given. The references of the service's connection count too: the program fetches the connection by
 * the service's name, with the references that the request holds.
 */
export function payloadContentFor(run: ResolvedRun, policy: Policy, facts: Facts): PayloadContent {
  const config = workflowConfigFor(run, policy, facts)
  return { config, references: secretReferences([config, run.serviceConnection]), isToResolve: isResolving(policy) }
}
