import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import { GRACE_PERIOD_SECONDS } from '../pod/pod.ts'
import type { Policy } from '../policy.ts'

/** Where every program in a pod looks for the token of its account. Kubernetes mounts none over one that is there. */
const TOKEN_MOUNT: V1VolumeMount = { name: 'argo-token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }

/** The volume that Kubernetes gives to a pod by itself: a token that ends with the pod, and what else is needed to speak with the API server. */
const TOKEN_VOLUME: V1Volume = {
  name: TOKEN_MOUNT.name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
}

/** Argo's own two containers in each pod do not keep the `restricted` standard by themselves. */
const SECURITY_CONTEXT = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }

/**
 * What a WorkflowSpec has no field for, as text: Argo patches the pod with it.
 *
 * Argo's own containers have a token of their own, for they need one when program and account mount none. Whether the program gets
 * one is said here, too: by the field of the WorkflowSpec, Argo would ask for a Secret with a token that never ends.
 */
export function podSpecPatch({ automountServiceAccountToken, customConfig }: Policy): string {
  // An operator's executor brings the token of its own account, by Argo.
  const hasToken = (customConfig.workflowParams['executor'] ?? null) === null
  const ofArgo = { securityContext: SECURITY_CONTEXT, ...(hasToken ? { volumeMounts: [TOKEN_MOUNT] } : {}) }
  return JSON.stringify({
    ...(automountServiceAccountToken === null ? {} : { automountServiceAccountToken }),
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS,
    initContainers: [{ name: 'init', ...ofArgo }],
    containers: [{ name: 'wait', ...ofArgo }],
    ...(hasToken ? { volumes: [TOKEN_VOLUME] } : {}),
  })
}
