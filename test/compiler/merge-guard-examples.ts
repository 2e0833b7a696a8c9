import type { V1Pod } from '@kubernetes/client-node'
import type { GuardedPod } from '../../compiler/merge/merge-guard.ts'

/** A pod as the runner builds it, with the payload in a file and in a variable, so that both are seen. */
export const GUARDED = {
  metadata: {
    name: 'run-1',
    namespace: 'ingestion',
    labels: { 'hybrid-runner.collate.io/record': 'run' },
    annotations: { 'hybrid-runner.collate.io/pipeline-name': 'p' },
    finalizers: ['hybrid-runner.collate.io/end-recorded'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'run', uid: '9f8b7a66-0000-4000-8000-000000000000', controller: true }],
  },
  spec: {
    restartPolicy: 'Never',
    serviceAccountName: 'ingestion',
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'main',
        image: 'example.com/ingestion',
        command: ['python', 'main.py'],
        env: [
          { name: 'config', valueFrom: { secretKeyRef: { name: 'run', key: 'config' } } },
          { name: 'pipelineRunId', value: 'one' },
        ],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'payload', mountPath: '/etc/payload', readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'payload', secret: { secretName: 'run' } },
    ],
  },
} satisfies V1Pod & GuardedPod

const main = (patch: object): object => ({ containers: [{ name: 'main', ...patch }] })
const context = (securityContext: object): object => main({ securityContext })
const SIDE = { name: 'side', image: 'example.com/side', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }

/** Merges that loosen the `restricted` standard, and the paths that say so. */
export const LOOSENING: readonly (readonly [object, readonly string[]])[] = [
  [{ hostNetwork: true }, ['spec.hostNetwork']],
  [{ hostPID: true, hostIPC: true }, ['spec.hostPID', 'spec.hostIPC']],
  [{ securityContext: { runAsNonRoot: false } }, ['spec.securityContext.runAsNonRoot']],
  [{ securityContext: { runAsUser: 0 } }, ['spec.securityContext.runAsUser']],
  [{ securityContext: { seccompProfile: { type: 'Unconfined' } } }, ['spec.securityContext.seccompProfile.type']],
  [{ securityContext: { seccompProfile: null } }, ['spec.containers[0].securityContext.seccompProfile']],
  [{ securityContext: null }, ['spec.containers[0].securityContext.seccompProfile']],
  [
    { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u', role: 'r' } } },
    ['type', 'user', 'role'].map((key) => `spec.securityContext.seLinuxOptions.${key}`),
  ],
  [{ securityContext: { appArmorProfile: { type: 'Unconfined' } } }, ['spec.securityContext.appArmorProfile.type']],
  [{ securityContext: { windowsOptions: { hostProcess: true } } }, ['spec.securityContext.windowsOptions.hostProcess']],
  [{ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, ['spec.securityContext.sysctls[0]']],
  [{ volumes: [{ name: 'host', hostPath: { path: '/' } }] }, ['spec.volumes[0]']],
  [{ volumes: [{ name: 'share', nfs: { server: 'a', path: '/' } }] }, ['spec.volumes[0]']],
  [context({ runAsNonRoot: false }), ['spec.containers[0].securityContext.runAsNonRoot', 'spec.containers[0].securityContext.runAsNonRoot']],
  [context({ runAsUser: 0 }), ['spec.containers[0].securityContext.runAsUser']],
  [
    context({ privileged: true, allowPrivilegeEscalation: true }),
    ['spec.containers[0].securityContext.allowPrivilegeEscalation', 'spec.containers[0].securityContext.privileged'],
  ],
  [context({ allowPrivilegeEscalation: null }), ['spec.containers[0].securityContext.allowPrivilegeEscalation']],
  [context({ capabilities: { drop: ['NET_RAW'] } }), ['spec.containers[0].securityContext.capabilities.drop']],
  [context({ capabilities: { add: ['SYS_ADMIN'] } }), ['spec.containers[0].securityContext.capabilities.add']],
  [context({ seccompProfile: { type: 'Unconfined' } }), ['spec.containers[0].securityContext.seccompProfile.type']],
  [context({ $patch: 'replace' }), ['spec.containers[0].securityContext.allowPrivilegeEscalation', 'spec.containers[0].securityContext.capabilities.drop']],
  [main({ ports: [{ containerPort: 80, hostPort: 80 }] }), ['spec.containers[0].ports[0].hostPort']],
  [main({ livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } }), ['spec.containers[0].livenessProbe.httpGet.host']],
  [
    { containers: [{ name: 'side', image: 'example.com/side' }] },
    ['spec.containers[0].securityContext.allowPrivilegeEscalation', 'spec.containers[0].securityContext.capabilities.drop'],
  ],
  [
    { initContainers: [{ name: 'init', image: 'example.com/init', securityContext: { allowPrivilegeEscalation: false } }] },
    ['spec.initContainers[0].securityContext.capabilities.drop'],
  ],
]

/** Merges that touch what is the runner's own. */
export const TOUCHING: readonly (readonly [object, readonly string[]])[] = [
  [{ restartPolicy: 'OnFailure' }, ['spec.restartPolicy']],
  [{ serviceAccountName: 'other' }, ['spec.serviceAccountName']],
  [{ serviceAccount: 'other' }, ['spec.serviceAccount']],
  [{ volumes: [{ name: 'payload', $patch: 'delete' }] }, ['spec.volumes']],
  [{ volumes: [{ name: 'payload', secret: { secretName: 'other' } }] }, ['spec.volumes']],
  [{ volumes: null }, ['spec.volumes']],
  [{ containers: [{ name: 'main', $patch: 'delete' }, SIDE] }, ['spec.containers']],
  [{ containers: null }, ['spec.containers']],
  [main({ command: ['sh'] }), ['spec.containers[0].command']],
  [main({ command: null }), ['spec.containers[0].command']],
  [main({ args: ['-x'] }), ['spec.containers[0].args']],
  [main({ workingDir: '/' }), ['spec.containers[0].workingDir']],
  [main({ env: [{ name: 'config', value: '{}', valueFrom: null }] }), ['spec.containers[0].env']],
  [main({ env: [{ name: 'config', $patch: 'delete' }] }), ['spec.containers[0].env']],
  [main({ env: [{ name: 'jobName', value: 'x' }] }), ['spec.containers[0].env']],
  [main({ env: null }), ['spec.containers[0].env', 'spec.containers[0].env']],
  [main({ volumeMounts: [{ mountPath: '/etc/payload', name: 'tmp' }] }), ['spec.containers[0].volumeMounts']],
  [main({ volumeMounts: [{ mountPath: '/etc//payload/', name: 'tmp' }] }), ['spec.containers[0].volumeMounts']],
  [main({ volumeMounts: [{ mountPath: '/etc/payload', $patch: 'delete' }] }), ['spec.containers[0].volumeMounts']],
]

/** Merges that are fine. */
export const HARMLESS: readonly object[] = [
  {},
  { tolerations: [{ operator: 'Exists' }], nodeSelector: { a: 'b' }, priorityClassName: 'high', hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }] },
  { volumes: [{ name: 'more', configMap: { name: 'a' } }], imagePullSecrets: [{ name: 'a' }] },
  { securityContext: { runAsUser: 2000, fsGroup: 3000, seccompProfile: { type: 'Localhost', localhostProfile: 'a' } } },
  { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] } },
  { containers: [SIDE], initContainers: [{ ...SIDE, name: 'init' }] },
  main({ env: [{ name: 'A', value: 'a' }], envFrom: [{ secretRef: { name: 'a' } }], resources: { limits: { cpu: '1' } }, image: 'example.com/other' }),
  main({ volumeMounts: [{ name: 'tmp', mountPath: '/etc/payloads' }], ports: [{ containerPort: 80 }], livenessProbe: { tcpSocket: { port: 80 } } }),
  context({ capabilities: { add: ['NET_BIND_SERVICE'] }, readOnlyRootFilesystem: true, runAsNonRoot: null }),
]
