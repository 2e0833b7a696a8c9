import type { FailureClass } from '../../compiler/failure-class.ts'
import { failureCause } from './failure-table.ts'

/** One reason for which a pod waits, and how long it may before its run is given up. */
interface PendingBudget {
  /** The environment variable that sets it. */
  readonly variable: string
  readonly defaultSeconds: number
  /** For the operator: what the pod waits for, and why so long. */
  readonly reason: string
}

/** A pod that waits for something that somebody may yet mend is given the time to mend it; what nobody mends ends at once. */
export const PENDING_BUDGETS = {
  unschedulable: {
    variable: 'PENDING_UNSCHEDULABLE_SECONDS',
    defaultSeconds: 3600,
    reason:
      'a node to run on, or for a pod that is refused for now (a quota, a webhook that is down). While a cluster autoscaler or Karpenter brings one, the time stands still',
  },
  imageInvalid: { variable: 'PENDING_IMAGE_INVALID_SECONDS', defaultSeconds: 10, reason: 'an image whose name cannot be read, which does not mend itself' },
  imageNotFound: { variable: 'PENDING_IMAGE_NOT_FOUND_SECONDS', defaultSeconds: 300, reason: 'an image or tag that the registry does not have (yet)' },
  imageUnauthorized: {
    variable: 'PENDING_IMAGE_UNAUTHORIZED_SECONDS',
    defaultSeconds: 600,
    reason: 'an image that the registry does not give with these credentials, which a refresher may be about to renew',
  },
  imageUnreachable: { variable: 'PENDING_IMAGE_UNREACHABLE_SECONDS', defaultSeconds: 1800, reason: 'an image that cannot be pulled for any other reason' },
  configError: {
    variable: 'PENDING_CONFIG_ERROR_SECONDS',
    defaultSeconds: 300,
    reason: 'a Secret, ConfigMap or volume that is not there, or a container that cannot be made',
  },
  lostSandbox: {
    variable: 'PENDING_LOST_SANDBOX_SECONDS',
    defaultSeconds: 60,
    reason: 'a node that lost the sandbox of the pod before its program started, in a reboot for example; the kubelets of today make no other',
  },
  atScreen: {
    variable: 'PENDING_TEST_CONNECTION_SECONDS',
    defaultSeconds: 120,
    reason: 'anything, the queue among it, when somebody waits at a screen: a test connection, a query. From the moment the request was accepted',
  },
} as const satisfies Readonly<Record<string, PendingBudget>>

export type BudgetName = keyof typeof PENDING_BUDGETS

/** Milliseconds for each. */
export type PendingBudgets = Readonly<Record<BudgetName, number>>

/** By the cause of a pull that fails; the others are given the longest. */
const PULL_BUDGETS: Readonly<Record<string, BudgetName>> = { notFound: 'imageNotFound', unauthorized: 'imageUnauthorized', pullSecret: 'imageUnauthorized' }

/** Which budget a pod lives on that waits for this reason. */
export function budgetFor(failureClass: FailureClass, message: string): BudgetName {
  switch (failureClass) {
    case 'Unschedulable':
      return 'unschedulable'
    case 'ImageInvalid':
      return 'imageInvalid'
    case 'ImagePull':
      return PULL_BUDGETS[failureCause(failureClass, message)] ?? 'imageUnreachable'
    case 'Lost':
      return 'lostSandbox'
    default:
      return 'configError'
  }
}
