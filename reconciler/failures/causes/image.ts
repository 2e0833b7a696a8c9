import type { FailureCause } from '../failure-cause.ts'

const OF_RUNNER =
  "It is the runner's own image, which looks at the secret references of runs in their pods: the nodes of the pods must be able to pull it, too. Check image.repository, image.tag and imagePullSecrets, whose Secrets are also wanted in the namespace of the pods; config.secretsCheck: off does without it."

/** The ingestion image is mended by other values than the runner's own, which the init container `secrets` runs. */
function forImage(text: string): FailureCause['remedy'] {
  return (_run, message) => (message.startsWith('container secrets:') ? OF_RUNNER : text)
}

export const IMAGE_INVALID_CAUSES: readonly FailureCause[] = [
  {
    cause: 'name',
    pattern: /^/,
    meaning: 'The image reference is none that a container runtime can read.',
    example:
      'container main: InvalidImageName: Failed to apply default image tag "Registry/Ingestion:1": couldn\'t parse image name "Registry/Ingestion:1": invalid reference format',
    remedy: forImage(
      'The name of the image cannot be read. Check config.ingestionPods.repository and .tag: lower case, no spaces, no scheme such as https://.',
    ),
  },
]

/** Messages of containerd and CRI-O. A registry that hides what exists answers unauthorized for both. */
export const IMAGE_PULL_CAUSES: readonly FailureCause[] = [
  {
    cause: 'pullSecret',
    pattern: /FailedToRetrieveImagePullSecret/,
    meaning: 'A pull secret that the pod names is not in its namespace.',
    example:
      'container main: ErrImagePull: ... 401 Unauthorized; FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    remedy: (_run, message) =>
      `${message.startsWith('container secrets:') ? `${OF_RUNNER} ` : ''}The pull secret ${/pull secrets \(([^)]+)\)/.exec(message)?.[1] ?? 'of config.ingestionPods.imagePullSecrets'} is not there. Create it in the namespace of the pods: kubectl create secret docker-registry, or take it out of config.ingestionPods.imagePullSecrets.`,
  },
  {
    cause: 'unauthorized',
    pattern: /unauthorized|authentication required|authorization failed|failed to authorize|access denied|denied:|\b40[13]\b|no basic auth|pull access/i,
    meaning: 'The registry refuses the credentials, or there are none.',
    example:
      'container main: ErrImagePull: failed to pull and unpack image "registry.example.com/ingestion:1": failed to resolve reference "registry.example.com/ingestion:1": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    remedy: forImage(
      'The registry refuses the credentials. Check that the Secret of config.ingestionPods.imagePullSecrets is in the namespace of the pods and has not expired (ECR: twelve hours). Many registries say the same of an image that is not there.',
    ),
  },
  {
    cause: 'notFound',
    pattern: /not found|manifest unknown|name unknown|repository does not exist|ErrImageNeverPull/i,
    meaning: 'The registry has no such image or tag.',
    example:
      'container main: ErrImagePull: failed to pull and unpack image "registry.example.com/ingestion:9": failed to resolve reference "registry.example.com/ingestion:9": registry.example.com/ingestion:9: not found',
    remedy: forImage(
      'The registry has no such image or tag. Check config.ingestionPods.repository and .tag; with dynamic versions on, the tag follows the server: set DYNAMIC_INGESTION_VERSION_ENABLED to false to use your own.',
    ),
  },
  {
    cause: 'unreachable',
    pattern:
      /no such host|connection refused|connection reset|i\/o timeout|deadline exceeded|tls:|x509|server gave HTTP response to HTTPS client|network is unreachable|no route to host|proxyconnect|\b50[0234]\b|\b429\b|toomanyrequests|RegistryUnavailable|EOF/i,
    meaning: 'The node does not reach the registry, or does not trust it.',
    example:
      'container main: ErrImagePull: failed to pull and unpack image "registry.example.com/ingestion:1": failed to do request: Head "https://registry.example.com/v2/ingestion/manifests/1": dial tcp 203.0.113.7:443: i/o timeout',
    remedy: forImage(
      'The node does not reach the registry. Check DNS, proxy, firewall and trusted certificates of the nodes, or mirror the image and set config.ingestionPods.repository.',
    ),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The container runtime does not say why.',
    example: 'container main: ImagePullBackOff: Back-off pulling image "registry.example.com/ingestion:1"',
    remedy: forImage('Try to pull the image on a node by hand (crictl pull); the message above is all that the container runtime tells.'),
  },
]
