import type { FailureClass } from '../../compiler/failure-class.ts'
import { deadlineOfWorkflow, saidByArgo } from './workflow-end.ts'
import { refusedForSecrets } from './unread-secrets.ts'
import { disruption, ENDED_BY_SIGNAL, endedProgram, failedInitContainer, isNodeGone, isUnknown, lostContainer } from './pod-state.ts'
import type { ObservedPod, Terminated } from './observed-pod.ts'

/** One line of the table that says what of a pod decides its class. */
export interface PodRule {
  readonly failureClass: FailureClass
  /** What is looked at, in words, for the documentation. */
  readonly decidedBy: string
  /** Kubernetes' own words when the rule holds; undefined when it does not. */
  readonly message: (pod: ObservedPod) => string | undefined
}

/**
 * What of a pod that has terminated decides the class of its failure. The first rule that holds counts: what became of the node, what
 * the cluster did to the pod, what the program did, what somebody asked for.
 */
export const END_RULES: readonly PodRule[] = [
  {
    failureClass: 'NodeLost',
    decidedBy: 'condition `DisruptionTarget` with reason `DeletionByPodGC`: the pod garbage collector found its node gone or out of service',
    message: (pod) => (isNodeGone(pod) ? `node ${pod.nodeName}: ${disruptedBy(pod, /^DeletionByPodGC$/) ?? ''}` : undefined),
  },
  {
    failureClass: 'Preempted',
    decidedBy: 'condition `DisruptionTarget` with reason `PreemptionByScheduler`',
    message: (pod) => disruptedBy(pod, /^PreemptionByScheduler$/),
  },
  {
    failureClass: 'Preempted',
    decidedBy: 'condition `DisruptionTarget` with reason `TerminationByKubelet`, or `status.reason` `Terminated`, whose message tells of a node shutdown',
    message: nodeShutdown,
  },
  {
    failureClass: 'Evicted',
    decidedBy: 'condition `DisruptionTarget` with reason `EvictionByEvictionAPI`, `DeletionByTaintManager` or `TerminationByKubelet`',
    message: (pod) => disruptedBy(pod, /^(EvictionByEvictionAPI|DeletionByTaintManager|TerminationByKubelet)$/),
  },
  { failureClass: 'DeadlineExceeded', decidedBy: '`status.reason` `DeadlineExceeded`', message: (pod) => saidOfPod(pod, /^DeadlineExceeded$/) },
  {
    failureClass: 'DeadlineExceeded',
    decidedBy: 'Argo: `status.message` of the Workflow tells that its deadline or its longest duration was exceeded',
    message: deadlineOfWorkflow,
  },
  { failureClass: 'Evicted', decidedBy: '`status.reason` `Evicted`', message: (pod) => saidOfPod(pod, /^Evicted$/) },
  { failureClass: 'NodeLost', decidedBy: '`status.reason` `NodeLost`', message: (pod) => saidOfPod(pod, /^NodeLost$/) },
  {
    failureClass: 'Rejected',
    decidedBy: '`status.reason` with which a kubelet refuses a pod: `OutOf…`, `NodeAffinity`, `UnexpectedAdmissionError`, `Taint…`',
    message: (pod) => saidOfPod(pod, /^(OutOf|NodeAffinity|UnexpectedAdmissionError|Taint|NodePorts|TopologyAffinity)/),
  },
  {
    failureClass: 'OOMKilled',
    decidedBy: 'state `terminated` of the container `main` with reason `OOMKilled`',
    message: (pod) => killedForMemory(programOf(pod)),
  },
  {
    failureClass: 'ConfigError',
    decidedBy: 'state `terminated` of the container `main` with reason `StartError` or `ContainerCannotRun`: it never ran',
    message: (pod) => notStartable(programOf(pod)),
  },
  {
    failureClass: 'Deleted',
    decidedBy: 'a deletion timestamp, and the container `main` ended by a signal or after it',
    message: (pod) => (isEndedByDeletion(pod, programOf(pod)) ? wasDeleted(pod) : undefined),
  },
  {
    failureClass: 'ExitCode',
    decidedBy: 'state `terminated` of the container `main`, whatever its exit code',
    message: (pod) => exitCodeOf('container', programOf(pod)),
  },
  {
    failureClass: 'OOMKilled',
    decidedBy: 'an init container `terminated` with reason `OOMKilled`, and `main` never ran',
    message: (pod) => killedForMemory(failedInitContainer(pod)),
  },
  {
    failureClass: 'SecretUnreadable',
    decidedBy: 'the init container `secrets` `terminated` with an exit code other than 0 and its report as termination message, and `main` never ran',
    message: refusedForSecrets,
  },
  {
    failureClass: 'ExitCode',
    decidedBy: 'an init container `terminated` with an exit code other than 0, and `main` never ran',
    message: (pod) => (pod.deletionRequestedAtMs === null ? exitCodeOf('init container', failedInitContainer(pod)) : undefined),
  },
  { failureClass: 'Deleted', decidedBy: 'a deletion timestamp', message: (pod) => (pod.deletionRequestedAtMs === null ? undefined : wasDeleted(pod)) },
  {
    failureClass: 'Lost',
    decidedBy:
      'state `terminated` of the container `main`, or of an init container before it, with reason `ContainerStatusUnknown`, or with reason `Unknown` and exit code 255: its node found it no more when it came back',
    message: lostByNode,
  },
  { failureClass: 'OOMKilled', decidedBy: 'Argo: `status.message` of the Workflow names `OOMKilled`', message: (pod) => saidByArgo(pod, /OOMKilled/) },
  {
    failureClass: 'ExitCode',
    decidedBy: 'Argo: `status.message` of the Workflow names an exit code',
    message: (pod) => saidByArgo(pod, /exit code \d+/),
  },
  {
    failureClass: 'Deleted',
    decidedBy: 'Argo: `status.message` of the Workflow tells that its pod was deleted, or that somebody shut it down',
    message: (pod) => saidByArgo(pod, /pod deleted|Stopped with strategy/),
  },
  {
    failureClass: 'Rejected',
    decidedBy: 'Argo: `status.message` of the Workflow tells that its pod was refused',
    message: (pod) => saidByArgo(pod, /forbidden|admission webhook|is invalid/i),
  },
  {
    failureClass: 'Lost',
    decidedBy: 'nothing of the above',
    message: (pod) =>
      saidByArgo(pod, /./) ?? `pod ${pod.name} is ${pod.phase} without a word of what became of its program ${pod.reason} ${pod.message}`.trim(),
  },
]

function disruptedBy(pod: ObservedPod, reasons: RegExp): string | undefined {
  const found = disruption(pod)
  return found !== undefined && reasons.test(found.reason) ? `${found.reason}: ${found.message}` : undefined
}

function nodeShutdown(pod: ObservedPod): string | undefined {
  const said = disruptedBy(pod, /^TerminationByKubelet$/) ?? saidOfPod(pod, /^(Terminated|NodeShutdown|Shutdown)$/)
  return said !== undefined && /shut ?down/i.test(said) ? said : undefined
}

function saidOfPod({ reason, message }: ObservedPod, reasons: RegExp): string | undefined {
  return reasons.test(reason) ? `${reason}: ${message}` : undefined
}

/** What a kubelet that came back says of a container it knows nothing of is no end. */
function programOf(pod: ObservedPod): Terminated | undefined {
  const main = endedProgram(pod)
  return main === undefined || isUnknown(main) ? undefined : main
}

function lostByNode(pod: ObservedPod): string | undefined {
  const lost = lostContainer(pod)
  if (lost === undefined) return undefined
  const { name, reason, message } = lost
  return `node ${pod.nodeName} has come back and does not know how container ${name} ended: ${reason}${message === '' ? '' : `: ${message}`}`
}

function killedForMemory(container: Terminated | undefined): string | undefined {
  if (container?.reason !== 'OOMKilled') return undefined
  const limit = container.memoryLimit === null ? '' : ` of ${container.memoryLimit}`
  return `container ${container.name} was killed for using more memory than its limit${limit} (exit code ${container.exitCode})`
}

function notStartable(container: Terminated | undefined): string | undefined {
  if (container === undefined || !/^(StartError|ContainerCannotRun)$/.test(container.reason)) return undefined
  return `container ${container.name}: ${container.reason}: ${container.message}`
}

function exitCodeOf(what: string, container: Terminated | undefined): string | undefined {
  if (container === undefined) return undefined
  return `${what} ${container.name} ended with exit code ${container.exitCode}${container.message === '' ? '' : `: ${container.message}`}`
}

/** Within the same second nobody can tell which came first: a failure is laid to the deletion, a good end stays one. */
function isEndedByDeletion({ deletionRequestedAtMs }: ObservedPod, main: Terminated | undefined): boolean {
  if (deletionRequestedAtMs === null || main === undefined) return false
  if (ENDED_BY_SIGNAL.includes(main.exitCode)) return true
  return main.finishedAtMs !== null && Math.floor(main.finishedAtMs / 1000) >= Math.floor(deletionRequestedAtMs / 1000)
}

function wasDeleted({ name, resource }: ObservedPod): string {
  return `${resource === 'pods' ? 'pod' : 'the Workflow or pod'} ${name} was deleted before its program had ended`
}
