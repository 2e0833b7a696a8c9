import type { V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'

/** What of a pod tells why it waits or failed, and nothing that a program wrote: a termination message may be the end of a log. */
export interface ShownPod {
  readonly name: string
  readonly node: string
  readonly phase: string
  readonly reason: string
  readonly message: string
  readonly createdAt: string
  readonly conditions: readonly string[]
  readonly containers: readonly string[]
}

export function shownPod({ metadata, spec, status }: V1Pod): ShownPod {
  const { phase = '', reason = '', message = '', conditions = [], initContainerStatuses = [], containerStatuses = [] } = status ?? {}
  return {
    name: metadata?.name ?? '',
    node: spec?.nodeName ?? '',
    phase,
    reason,
    message,
    createdAt: String(metadata?.creationTimestamp ?? ''),
    conditions: conditions.filter(({ status: is }) => is !== 'True').map((one) => joined(`${one.type}=${one.status}`, one.reason, one.message)),
    containers: [...initContainerStatuses, ...containerStatuses].map(containerText),
  }
}

function containerText({ name, image, restartCount, state }: V1ContainerStatus): string {
  return `${name} (${image}, ${restartCount} restarts): ${stateText(state)}`
}

function stateText(state: V1ContainerState | undefined): string {
  if (state?.terminated !== undefined) return joined(`terminated with ${state.terminated.exitCode}`, state.terminated.reason)
  if (state?.waiting !== undefined) return joined('waiting', state.waiting.reason, state.waiting.message)
  return state?.running === undefined ? 'unknown' : 'running'
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ')
}
