import { always, type FailureCause } from '../failure-cause.ts'

/** By the problem that the init container `secrets` tells of each secret; several may be told at once. */
export const SECRET_UNREADABLE_CAUSES: readonly FailureCause[] = [
  {
    cause: 'missing',
    pattern: /\(missing\)/,
    meaning: 'The store has no secret of that name.',
    example:
      'Secrets that could not be read before the program started:\n- "secret:prod-mysql" in Kubernetes (missing): there is no Secret prod-mysql in namespace ingestion; create it with the key value',
    remedy: always(
      'Create the secrets that are named as missing, in the store and under the name that the message tells, or correct the reference in Collate.',
    ),
  },
  {
    cause: 'denied',
    pattern: /\(denied\)/,
    meaning: "The ingestion pods' account may not read the secret.",
    example:
      'Secrets that could not be read before the program started:\n- "secret:/prod/mysql" in AWS Secrets Manager (denied): the role of the service account needs secretsmanager:GetSecretValue on it',
    remedy: always(
      "Give the ingestion pods' account the permission that the message names. What each store needs is in docs/secrets.md; hybrid-runner doctor reads a secret as that account would.",
    ),
  },
  {
    cause: 'token',
    pattern: /in Kubernetes \((no-credentials|expired-token)\)/,
    meaning: 'The pod has no token of its service account to ask Kubernetes with, or one that is not accepted any more.',
    example:
      'Secrets that could not be read before the program started:\n- "secret:prod-mysql" in Kubernetes (no-credentials): the pod has no token of its service account to ask Kubernetes for "prod-mysql" with; let it mount one',
    remedy: always(
      'Let the ingestion pods mount the token of their service account: config.ingestionPods.serviceAccount.automount and automountSAToken must not be false where the secrets lie in Kubernetes, and the account must be there.',
    ),
  },
  {
    cause: 'credentials',
    pattern: /in (?!Kubernetes )[\w ]+ \((no-credentials|expired-token)\)/,
    meaning: 'The pod has no credentials for the store, or they have expired.',
    example:
      'Secrets that could not be read before the program started:\n- "secret:prod-mysql" in Azure Key Vault (no-credentials): the pod has no workload identity; annotate the service account with azure.workload.identity/client-id',
    remedy: always(
      "Tie the ingestion pods' service account to an identity of the cloud: its annotations go into config.ingestionPods.serviceAccount.annotations, as docs/secrets.md shows for each store.",
    ),
  },
  {
    cause: 'unreachable',
    pattern: /\((unreachable|throttled)\)/,
    meaning: 'The store gave no answer, or turned the pod away for asking too often.',
    example: 'Secrets that could not be read before the program started:\n- "secret:prod-mysql" in Google Secret Manager (unreachable): no answer within 10 s',
    remedy: always('Check that the pods reach the store: DNS, proxy, firewall, NetworkPolicy. Run the pipeline again once it answers.'),
  },
  {
    cause: 'unusable',
    pattern: /\((disabled|empty|binary|invalid-name)\)/,
    meaning: 'The secret or its name is none that a password can be read from: disabled, empty, binary, or a name that the store does not take.',
    example: 'Secrets that could not be read before the program started:\n- "secret:prod-mysql" in Azure Key Vault (disabled): its current version is disabled',
    remedy: always('Put the password as plain text into an enabled version of the secret, and write its name as the store takes it.'),
  },
  {
    cause: 'other',
    pattern: /^/,
    meaning: 'The secret could not be read for another reason.',
    example: 'Secrets that could not be read before the program started:\n- all: they could not be looked at; the log of the container secrets says why',
    remedy: always('The log of the init container secrets says more: kubectl logs <pod> -c secrets.'),
  },
]
