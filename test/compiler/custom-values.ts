import type { CustomConfigFiles } from '../../compiler/policy/custom-config.ts'
import type { Executor } from '../../compiler/policy/executor.ts'

export interface CustomValue {
  readonly files: CustomConfigFiles
  /** Where the operator is told of it, in his own words. */
  readonly path: string
  /** The one executor for which it is so; else both. */
  readonly executor?: Executor
}

const pod = (workflowParams: object, path: string, executor?: Executor): CustomValue => ({
  files: { workflowParams },
  path: `workflowParams.${path}`,
  ...(executor === undefined ? {} : { executor }),
})
const container = (containerParams: object, path: string): CustomValue => ({ files: { containerParams }, path: `containerParams.${path}` })
const EMPTY_TERMS = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }
const GOOD = { key: 'a', operator: 'Exists' }

/** Fields of the operator's own that Kubernetes refuses in a pod. */
export const REFUSED_BY_KUBERNETES: readonly CustomValue[] = [
  pod({ tolerations: [{ key: 'bad key!', operator: 'Exists' }] }, 'tolerations[0].key'),
  pod({ tolerations: [GOOD, { key: 'a', operator: 'Foo' }] }, 'tolerations[1].operator'),
  pod({ tolerations: [{ ...GOOD, effect: 'NoWay' }] }, 'tolerations[0].effect'),
  pod({ podPriorityClassName: 'Bad Name' }, 'podPriorityClassName'),
  pod({ priorityClassName: 'Bad Name' }, 'priorityClassName', 'simpleK8s'),
  pod({ podSpecPatch: { priorityClassName: 'Bad Name' } }, 'podSpecPatch.priorityClassName'),
  pod({ podSpecPatch: { runtimeClassName: 'Bad Name' } }, 'podSpecPatch.runtimeClassName'),
  pod({ affinity: EMPTY_TERMS }, 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'),
  pod({ podSpecPatch: { affinity: EMPTY_TERMS } }, 'podSpecPatch.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'),
  pod({ activeDeadlineSeconds: -5 }, 'activeDeadlineSeconds'),
  pod({ activeDeadlineSeconds: 0 }, 'activeDeadlineSeconds'),
  pod({ dnsPolicy: 'clusterFirst' }, 'dnsPolicy'),
  pod({ podMetadata: { labels: { 'a b': 'x y' } } }, 'podMetadata.labels["a b"]'),
  pod({ podMetadata: { labels: { a: 'x y' } } }, 'podMetadata.labels.a'),
  pod({ podMetadata: { annotations: { 'a b': 'x' } } }, 'podMetadata.annotations["a b"]'),
  pod({ podMetadata: { finalizers: ['mine'] } }, 'podMetadata.finalizers[0]', 'simpleK8s'),
  pod({ nodeSelector: { a: 'x y' } }, 'nodeSelector.a'),
  pod({ nodeSelector: { 'a b': 'x' } }, 'nodeSelector["a b"]'),
  pod({ volumes: [{ name: 'Bad Name', emptyDir: {} }] }, 'volumes[0].name'),
  pod({ volumes: [{ name: 'a', emptyDir: {}, configMap: { name: 'b' } }] }, 'volumes[0].configMap'),
  pod({ volumes: [{ name: 'a', secret: {} }] }, 'volumes[0].secret.secretName'),
  container({ volumeMounts: [{ name: 'nowhere', mountPath: '/a' }] }, 'volumeMounts[0].name'),
  container({ volumeMounts: [{ name: 'Bad Name', mountPath: '/a' }] }, 'volumeMounts[0].name'),
  container({ env: [{ name: 'a=b', value: 'x' }] }, 'env[0].name'),
  container({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }, 'env[0].valueFrom'),
  container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a' } } }] }, 'env[0].valueFrom.secretKeyRef.key'),
  container({ envFrom: [{}] }, 'envFrom[0]'),
  container({ image: ' a' }, 'image'),
  container({ imagePullPolicy: 'never' }, 'imagePullPolicy'),
  container({ resources: { limits: { memory: '4 gigs' } } }, 'resources.limits.memory'),
  container({ resources: { requests: { memory: '1 Gi' } } }, 'resources.requests.memory'),
  container({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }, 'resources.requests.cpu'),
  container({ resources: { limits: { 'nvidia.com/gpu': '500m' } } }, 'resources.limits["nvidia.com/gpu"]'),
  container({ resources: { requests: { 'nvidia.com/gpu': 1 } } }, 'resources.requests["nvidia.com/gpu"]'),
]

/** Those that a pod could hold, and a run cannot. */
export const REFUSED_BY_RUNNER: readonly CustomValue[] = [
  pod({ onExit: 'foo' }, 'onExit', 'argo'),
  pod({ hooks: { exit: { template: 'foo' } } }, 'hooks.exit', 'argo'),
  pod({ podMetadata: { finalizers: ['example.com/mine'] } }, 'podMetadata.finalizers', 'argo'),
  pod({ podMetadata: { ownerReferences: [] } }, 'podMetadata.ownerReferences'),
  pod({ volumeClaimTemplates: [{ metadata: { name: 'payload' } }] }, 'volumeClaimTemplates[0].metadata.name', 'argo'),
  pod({ volumeClaimTemplates: {} }, 'volumeClaimTemplates', 'argo'),
  pod({ securityContext: null }, 'securityContext'),
  pod({ securityContext: { runAsUser: 0 } }, 'securityContext.runAsUser'),
  pod({ volumes: [{ name: 'host', hostPath: { path: '/' } }] }, 'volumes[0]'),
  pod({ podSpecPatch: { hostPID: true } }, 'podSpecPatch.hostPID'),
  pod({ podSpecPatch: { containers: [{ name: 'side', image: 'example.com/side' }] } }, 'podSpecPatch.containers[0].securityContext.allowPrivilegeEscalation'),
  pod({ podSpecPatch: { containers: [{ name: 'main', command: ['sh'] }] } }, 'podSpecPatch.containers[0].command'),
  pod({ podMetadata: { labels: { 'hybrid-runner.collate.io/record': 'x' } } }, 'podMetadata.labels["hybrid-runner.collate.io/record"]'),
  container({ command: ['sh'] }, 'command'),
  container({ name: 'other' }, 'name'),
  container({ securityContext: { privileged: true } }, 'securityContext.privileged'),
  container({ securityContext: { capabilities: null } }, 'securityContext.capabilities'),
  container({ securityContext: { $patch: 'replace' } }, 'securityContext'),
]

/** Fields of the operator's own that run. */
export const TAKEN: readonly { readonly files: CustomConfigFiles; readonly executor?: Executor }[] = [
  {
    files: {
      workflowParams: { tolerations: [GOOD, { key: 'a', value: 'b', effect: 'NoExecute', tolerationSeconds: 5 }], nodeSelector: { 'example.com/a': '' } },
    },
  },
  { files: { workflowParams: { activeDeadlineSeconds: 1, podMetadata: { labels: { a: 'b' }, annotations: { 'A/b': 'any text' } } } } },
  { files: { workflowParams: { podMetadata: { finalizers: ['example.com/mine'] } } }, executor: 'simpleK8s' },
  { files: { containerParams: { resources: { limits: { memory: '1Gi' } } } } },
  { files: { containerParams: { resources: { limits: { memory: '64Mi', cpu: '50m' } } } } },
  { files: { containerParams: { resources: { requests: { memory: '8Gi' } } } } },
  { files: { containerParams: { resources: { limits: { memory: 1073741824 } } } } },
  { files: { containerParams: { resources: { limits: { memory: ' 1Gi ' } } } } },
  { files: { containerParams: { resources: { limits: { memory: null } } } } },
  { files: { containerParams: { resources: { limits: { 'nvidia.com/gpu': 1 } } } } },
  { files: { workflowParams: { podSpecPatch: { containers: [{ name: 'main', resources: { limits: { memory: '1Gi' } } }] } } } },
  { files: { workflowParams: { podSpecPatch: { containers: [{ name: 'main', resources: { requests: { cpu: '3' } } }] } } } },
  {
    files: {
      containerParams: {
        volumeMounts: [{ name: 'a', mountPath: '/a', subPath: 'b' }],
        env: [{ name: 'a.b-c', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      },
      workflowParams: { volumes: [{ name: 'a', configMap: { name: 'a' } }] },
    },
  },
  { files: { containerParams: { envFrom: [{ configMapRef: { name: 'a' } }], image: 'example.com/other:1', imagePullPolicy: 'Always' } } },
  {
    files: {
      containerParams: { volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] },
      workflowParams: {
        volumeClaimTemplates: [{ metadata: { name: 'scratch' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
      },
    },
    executor: 'argo',
  },
  { files: { workflowParams: { hooks: { exit: { templateRef: { name: 'a', template: 'b' } } } } }, executor: 'argo' },
]
