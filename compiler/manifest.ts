import type { V1CronJob, V1Pod } from '@kubernetes/client-node'
import type { CronWorkflow, Workflow } from './argo/workflow-types.ts'

/** The objects a record stands for, in the order they are applied. */
export interface Manifest {
  readonly objects: readonly [V1Pod | Workflow]
}

/** The objects a schedule stands for, in the order they are applied. */
export interface ScheduleManifest {
  readonly objects: readonly [V1CronJob | CronWorkflow]
  /** Epoch milliseconds at which the same schedule compiles to something else; null when it never does by itself. */
  readonly changesAtMs: number | null
}

export function isWorkflow(object: V1Pod | Workflow): object is Workflow {
  return object.kind === 'Workflow'
}
