import { always, type FailureCause } from '../failure-cause.ts'

/** What is missing is named by the message itself; the remedy repeats it, so that it can be followed without reading the message. */
export const CONFIG_ERROR_CAUSES: readonly FailureCause[] = [
  {
    cause: 'payload',
    pattern: /payload of the run was deleted/,
    meaning: 'Somebody deleted the Secret with the workflow config before the pod had read it.',
    example:
      'the payload of the run was deleted before its pod had read it (container main: CreateContainerConfigError: secret "run-...-0123456789" not found)',
    remedy: ({ isScheduled = false }) =>
      `${isScheduled ? SCHEDULE_MENDS_ITSELF : ONLY_THE_REQUEST_HAD_IT} The audit log of the cluster says who deleted the Secret.`,
  },
  {
    cause: 'noArgo',
    pattern: /does not serve Argo's Workflows/,
    meaning: 'The executor is Argo, and the cluster does not know its resources.',
    example:
      "this cluster does not serve Argo's Workflows (argoproj.io/v1alpha1): install Argo Workflows, or set EXECUTOR_TYPE to simpleK8s: the server could not find the requested resource",
    remedy: always(
      'Install Argo Workflows with its resource definitions (kubectl get crd workflows.argoproj.io), or set EXECUTOR_TYPE to simpleK8s. The run starts by itself then.',
    ),
  },
  {
    cause: 'secret',
    pattern: /secret "[^"]+" not found|secret .*not registered/i,
    meaning: 'A Secret that the pod names as a variable or a volume is not there.',
    example: 'container main: CreateContainerConfigError: secret "warehouse" not found',
    remedy: (_run, message) => `${createIt('Secret', /secret "([^"]+)"/i, message)} ${WHERE_NAMED}`,
  },
  {
    cause: 'configMap',
    pattern: /configmap "[^"]+" not found|configmap .*not registered/i,
    meaning: 'A ConfigMap that the pod names as a variable or a volume is not there.',
    example: 'FailedMount: MountVolume.SetUp failed for volume "drivers" : configmap "drivers" not found',
    remedy: (_run, message) => `${createIt('ConfigMap', /configmap "([^"]+)"/i, message)} ${WHERE_NAMED}`,
  },
  {
    cause: 'key',
    pattern: /couldn't find key|non-existent (config|secret) key/,
    meaning: 'The Secret or ConfigMap is there and lacks the key.',
    example: "container main: CreateContainerConfigError: couldn't find key password in Secret ingestion/warehouse",
    remedy: (_run, message) => {
      const [, key, object] = /couldn't find key (\S+) in (\w+ \S+)/.exec(message) ?? []
      return `${key === undefined ? 'Add the key that the message names' : `Add the key ${key} to ${object}`}, or correct its name. ${WHERE_NAMED}`
    },
  },
  {
    cause: 'runAsNonRoot',
    pattern: /runAsNonRoot|non-numeric user/,
    meaning: 'The image wants to run as root, which the pod forbids.',
    example: 'container main: CreateContainerConfigError: container has runAsNonRoot and image will run as root',
    remedy: always('The image runs as root. Use an image whose user is a number other than 0, such as the published ingestion image.'),
  },
  {
    cause: 'program',
    pattern: /executable file not found|no such file or directory|exec format error|StartError|ContainerCannotRun|RunContainerError/,
    meaning: 'The container was made and its program cannot be started: the image lacks it, or is built for another kind of processor.',
    example:
      'container main: StartError: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "python": executable file not found in $PATH',
    remedy: always(
      'The image has no program to start. Check that config.ingestionPods.repository names an OpenMetadata ingestion image, built for the processors of the nodes.',
    ),
  },
  {
    cause: 'volume',
    pattern: /FailedMount|FailedAttachVolume|volume/i,
    meaning: 'A volume of the pod cannot be attached or mounted.',
    example: 'FailedMount: MountVolume.SetUp failed for volume "cache" : mount failed: exit status 32',
    remedy: always('A volume cannot be mounted. Check what customConfig adds to the pods (kubectl describe pod shows the volume), and the storage behind it.'),
  },
  {
    cause: 'policy',
    pattern: /^[A-Z][A-Z0-9_]+\S*: /,
    meaning: "The runner's own configuration does not fit the run.",
    example: 'SIMPLEK8S_PIPELINE_TYPE_CONFIGS.metadata.resources: ...',
    remedy: always("Mend the variable that the message names in the runner's environment."),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The container runtime cannot make or start the container.',
    example: 'container main: CreateContainerError: failed to reserve container name',
    remedy: always('The container cannot be made. Mend what the message names; customConfig is the place where fields of the pods are set by hand.'),
  },
]

const ONLY_THE_REQUEST_HAD_IT = 'Nobody can bring the payload back: only the run request had it. Run the pipeline again.'

const SCHEDULE_MENDS_ITSELF =
  'The payload is that of the schedule: the runner asks Collate for it and writes it anew, at once or with the next sync, and a redeploy of the pipeline does so too. The next run by schedule reads it; for one before that, run the pipeline by hand.'

const WHERE_NAMED = 'It is named by INGESTION_EXTRA_ENVS or by config.ingestionPods.customConfig.'

function createIt(kind: string, pattern: RegExp, message: string): string {
  return `Create the ${kind} ${pattern.exec(message)?.[1] ?? 'that the message names'} in the namespace of the pods, or correct its name.`
}
