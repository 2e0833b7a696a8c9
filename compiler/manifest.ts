import type { V1Pod } from '@kubernetes/client-node'

/** The objects a record stands for, in the order they are applied. */
export interface Manifest {
  readonly objects: readonly [V1Pod]
}
