import { always, type FailureCause } from '../failure-cause.ts'

const exit = (code: number): RegExp => new RegExp(`ended with exit code ${code}(?!\\d)`)

/** What shells, Python and the kernel mean by an exit code. */
export const EXIT_CODE_CAUSES: readonly FailureCause[] = [
  {
    cause: 'secretsCheck',
    pattern: /^init container secrets ended with exit code/,
    meaning:
      'The init container `secrets`, which looks at the references of the run, ended without its report: it crashed, was killed, or is not of this runner. The program never ran.',
    example: 'init container secrets ended with exit code 134',
    remedy: always(
      'The check of secrets before the run failed by itself: neither a secret nor the database is at fault. Look at the log of the container secrets and at image.repository and image.tag, and run the pipeline again. Until it is mended, config.secretsCheck: off runs pipelines without it.',
    ),
  },
  {
    cause: 'initContainer',
    pattern: /^init container /,
    meaning: 'A container that runs before the program failed, so that the program never ran.',
    example: 'init container wait-for-vpn ended with exit code 1',
    remedy: always(
      'The program of the pipeline never ran. Look at the log of the init container, and where it comes from: a webhook of the cluster, or customConfig.',
    ),
  },
  {
    cause: 'secret',
    pattern: /Secrets that could not be read before the program started:/,
    meaning:
      'The program ended with an error, and before it started not every secret that its request names could be read: it had the reference for a password.',
    example:
      'container main ended with exit code 1\nSecrets that could not be read before the program started:\n- "secret:prod-mysql" in Kubernetes (missing): there is no Secret prod-mysql in namespace ingestion; create it with the key value',
    remedy: always(
      'The program failed without them: what it says of a wrong password or a refused connection most likely comes from that. Mend the secrets first.',
    ),
  },
  {
    cause: 'error',
    pattern: exit(1),
    meaning: 'The program ended with an error of its own: an exception, a source that cannot be read.',
    example: 'container main ended with exit code 1',
    remedy: always('The program itself failed. Its last log lines say why: most often the connection or the rights of the service.'),
  },
  {
    cause: 'cannotExecute',
    pattern: exit(126),
    meaning: 'The program is there and cannot be executed: no right, or another kind of processor.',
    example: 'container main ended with exit code 126',
    remedy: always(
      'The program of the image cannot be executed. Check that the image is built for the processors of the nodes, and the command of customConfig.',
    ),
  },
  {
    cause: 'commandNotFound',
    pattern: exit(127),
    meaning: 'The image lacks the program, or a library that it loads.',
    example: 'container main ended with exit code 127',
    remedy: always(
      'The image lacks the program. Check that config.ingestionPods.repository names an OpenMetadata ingestion image, and the command of customConfig.',
    ),
  },
  {
    cause: 'abort',
    pattern: exit(134),
    meaning: 'The program aborted itself (SIGABRT): a failed assertion in native code.',
    example: 'container main ended with exit code 134',
    remedy: always('Native code of the program aborted, say a database driver. Its last log lines name it; try another version of the image.'),
  },
  {
    cause: 'killed',
    pattern: exit(137),
    meaning:
      'Somebody killed the program (SIGKILL), and Kubernetes does not say that it was for its limit: most often the kernel, for the memory of the whole node.',
    example: 'container main ended with exit code 137',
    remedy: always(
      'The program was killed, and not for its own limit. Look whether the node ran out of memory then (kubectl describe node: SystemOOM), and whether the pod had memory requests close to what it uses.',
    ),
  },
  {
    cause: 'segmentationFault',
    pattern: exit(139),
    meaning: 'The program crashed in native code (SIGSEGV).',
    example: 'container main ended with exit code 139',
    remedy: always('Native code of the program crashed, say a database driver. Try another version of the image, and tell its makers with the last log lines.'),
  },
  {
    cause: 'terminated',
    pattern: exit(143),
    meaning: 'Somebody asked the program to end (SIGTERM) without deleting its pod, such as a shutdown of the node or a process in the pod.',
    example: 'container main ended with exit code 143',
    remedy: always(
      'The program was asked to end by something other than Kubernetes. Look at the node and at containers beside the program; run the pipeline again.',
    ),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The program ended with a code of its own.',
    example: 'container main ended with exit code 3: no such table',
    remedy: always('The program itself failed. Its last log lines say why.'),
  },
]

export const DELETED_CAUSES: readonly FailureCause[] = [
  {
    cause: 'record',
    pattern: /record \S+ was deleted/,
    meaning: 'Somebody deleted the record of the run before it had started.',
    example: 'the record run-... was deleted before the run had started',
    remedy: always('Somebody deleted the record (a ConfigMap). The audit log of the cluster says who. Run the pipeline again.'),
  },
  {
    cause: 'force',
    pattern: /removed by force/,
    meaning: 'Somebody deleted the pod and took its finalizer off, so that nobody saw how the program ended.',
    example: 'pod run-...-1 was removed by force, with its finalizer, before its end was seen',
    remedy: always('Somebody removed the pod by force. The audit log of the cluster says who. Run the pipeline again.'),
  },
  {
    cause: 'pod',
    pattern: /^/,
    meaning: 'Somebody or something deleted the pod, or its record, while it ran.',
    example: 'pod run-...-1 was deleted before its program had ended',
    remedy: always('Somebody or something deleted the pod or its record. The audit log of the cluster says who. Run the pipeline again.'),
  },
]

export const NEVER_STARTED_CAUSES: readonly FailureCause[] = [
  {
    cause: 'sandbox',
    pattern: /FailedCreatePodSandBox|NetworkNotReady|sandbox/,
    meaning: 'The node cannot give the pod its network or its sandbox. It tries again by itself.',
    example:
      'FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "<id>": plugin type="aws-cni" failed (add): failed to assign an IP address to container',
    remedy: always('The network plugin of the node fails. Look whether addresses ran out in the subnet, and at the pods of the plugin in kube-system.'),
  },
  {
    cause: 'serverVersion',
    pattern: /serverVersion/,
    meaning: "The tag of the image follows the server's version, which nobody has told yet. The run starts by itself.",
    example: "serverVersion: is not known yet, and the image's tag follows it",
    remedy: always(
      'The run starts once Collate has told its version. Check that the runner reaches Collate; DYNAMIC_INGESTION_VERSION_ENABLED=false uses the configured tag.',
    ),
  },
  {
    cause: 'payload',
    pattern: /payload is not there/,
    meaning: 'The Secret with the workflow config is missing: the request was cut off and not repeated, or somebody deleted the Secret.',
    example: 'its payload is not there: the request was cut off before it was acknowledged and was not repeated in time, or somebody deleted the Secret',
    remedy: always('Run the pipeline again.'),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The run never started for another reason.',
    example: 'the run was not started in time',
    remedy: always('The run never started. Run the pipeline again.'),
  },
]

export const LOST_CAUSES: readonly FailureCause[] = [
  {
    cause: 'nodeRestarted',
    pattern: /^node \S+ has come back/,
    meaning:
      'The node was rebooted or lost its power, or its container runtime was started anew, while the program ran. The program is gone, and nobody saw how far it came.',
    example: 'node ip-10-0-0-7 has come back and does not know how container main ended: Unknown',
    remedy: always(
      'The node went down under the program and came back. Run the pipeline again, or give it retries; drain a node before you reboot it (kubectl drain), so that programs are asked to end.',
    ),
  },
  {
    cause: 'sandbox',
    pattern: /^node \S+ has lost the sandbox/,
    meaning:
      'The node was rebooted, or its container runtime was started anew, after a container of the pod had been made and before the program had started. A kubelet makes no other sandbox for a pod that is not to be restarted, and leaves it Pending for ever (kubernetes/kubernetes#118321).',
    example: 'node ip-10-0-0-7 has lost the sandbox of the pod after it had made container main, and makes no other',
    remedy: always('The node went down, or its container runtime, just before the program started. Run the pipeline again, or give it retries.'),
  },
  {
    cause: 'unknown',
    pattern: /^/,
    meaning: 'The pod has ended and nobody can say how its program did: a kubelet that came back from the dead, a run that the cluster does not have.',
    example: 'pod run-...-1 is Failed without a word of what became of its program',
    remedy: always('Nobody can say what became of the program. Look at the node; run the pipeline again.'),
  },
]
