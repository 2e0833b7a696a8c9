import type { V1Node, V1Pod, V1Toleration } from '@kubernetes/client-node'
import type { Taint } from '../failures/failure-cause.ts'

/** What keeps a pod off one node, as far as taints, labels and cordons go. */
export interface NodeVerdict {
  readonly node: string
  /** Taints that the pod does not tolerate. */
  readonly taints: readonly Taint[]
  /** Labels of the pod's nodeSelector that the node does not have. */
  readonly missingLabels: readonly string[]
  readonly isCordoned: boolean
}

export function nodeVerdict({ metadata, spec }: V1Node, pod: V1Pod): NodeVerdict {
  const tolerations = pod.spec?.tolerations ?? []
  const taints = (spec?.taints ?? [])
    .filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
    .map(({ key, value = '', effect }): Taint => ({ key, value, effect }))
    .filter((taint) => !tolerations.some((toleration) => tolerates(toleration, taint)))
  const missingLabels = Object.entries(pod.spec?.nodeSelector ?? {})
    .filter(([key, value]) => metadata?.labels?.[key] !== value)
    .map(([key, value]) => `${key}=${value}`)
  return { node: metadata?.name ?? '', taints, missingLabels, isCordoned: spec?.unschedulable === true }
}

/** As the scheduler does: no key means every key, no effect every effect. */
function tolerates({ key = '', operator = 'Equal', value = '', effect = '' }: V1Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false
  if (key === '') return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === taint.value)
}

/** Taints that Kubernetes sets itself, for the control plane or a node in trouble, are nobody's to tolerate. */
const KUBERNETES_OWN = /^node(-role)?\.kubernetes\.io\//

/** The taints that stand between the pod and the nodes it would otherwise fit; of all nodes when it fits none. */
export function taintsInTheWay(verdicts: readonly NodeVerdict[]): readonly Taint[] {
  const fitting = verdicts.filter(({ missingLabels, isCordoned }) => missingLabels.length === 0 && !isCordoned)
  const taints = (fitting.length === 0 ? verdicts : fitting).flatMap((verdict) => verdict.taints).filter(({ key }) => !KUBERNETES_OWN.test(key))
  return [...new Map(taints.map((taint) => [`${taint.key}=${taint.value}:${taint.effect}`, taint])).values()]
}

export function verdictText({ node, taints, missingLabels, isCordoned }: NodeVerdict): string {
  const problems = [
    ...(isCordoned ? ['is cordoned'] : []),
    ...taints.map(({ key, value, effect }) => `has the taint ${key}${value === '' ? '' : `=${value}`}:${effect}, which the pod does not tolerate`),
    ...missingLabels.map((label) => `lacks the label ${label}`),
  ]
  return `${node}: ${problems.length === 0 ? 'taints and labels fit' : problems.join('; ')}`
}
