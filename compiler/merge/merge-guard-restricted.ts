import type { V1Container, V1PodSpec, V1SecurityContext, V1Volume } from '@kubernetes/client-node'
import type { GuardProblem } from './merge-guard.ts'

type Containers = 'containers' | 'initContainers'

const MEND = 'every pod keeps to the restricted Pod Security Standard; take it out of the merge'

const VOLUME_TYPES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret']
const SELINUX_TYPES: readonly unknown[] = [undefined, '', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']
const SECCOMP_TYPES: readonly unknown[] = ['RuntimeDefault', 'Localhost']
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]

/** Where a pod's spec breaks the `restricted` Pod Security Standard of Kubernetes. */
export function restrictedIssues(spec: V1PodSpec | undefined): GuardProblem[] {
  if (spec === undefined) return [{ path: ['spec'], message: 'must not be taken away' }]
  const context = spec.securityContext ?? {}
  const problems = [
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).map((field) => broken(spec[field] === true, [field], `must not be true: ${MEND}`)),
    ...contextProblems(context, ['securityContext']),
    ...(context.sysctls ?? []).map(({ name }, index) => broken(!SYSCTLS.includes(name), ['securityContext', 'sysctls', index], `is no safe one: ${MEND}`)),
    ...(spec.volumes ?? []).map((volume, index) => broken(!isAllowedVolume(volume), ['volumes', index], `must be one of ${VOLUME_TYPES.join(', ')}: ${MEND}`)),
    broken((spec.ephemeralContainers ?? []).length > 0, ['ephemeralContainers'], 'can only be added to a pod that runs; take it out of the merge'),
  ].flat()
  const containers = (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) => containerProblems(container, spec, [list, index] satisfies [Containers, number])),
  )
  return [...problems, ...containers].map(({ path, message }) => ({ path: ['spec', ...path], message }))
}

function containerProblems(container: V1Container, spec: V1PodSpec, path: readonly PropertyKey[]): GuardProblem[] {
  const context = container.securityContext ?? {}
  const pod = spec.securityContext ?? {}
  const { add = [], drop = [] } = context.capabilities ?? {}
  const at = (...more: string[]): PropertyKey[] => [...path, 'securityContext', ...more]
  return [
    contextProblems(context, at()),
    broken((context.runAsNonRoot ?? pod.runAsNonRoot) !== true, at('runAsNonRoot'), `must be true here or for the pod: ${MEND}`),
    broken((context.seccompProfile ?? pod.seccompProfile) === undefined, at('seccompProfile'), `must be set here or for the pod: ${MEND}`),
    broken(context.allowPrivilegeEscalation !== false, at('allowPrivilegeEscalation'), `must be false: ${MEND}`),
    broken(context.privileged === true, at('privileged'), `must not be true: ${MEND}`),
    broken(!drop.includes('ALL'), at('capabilities', 'drop'), `must hold ALL: ${MEND}`),
    broken(
      add.some((name) => name !== 'NET_BIND_SERVICE'),
      at('capabilities', 'add'),
      `may hold NET_BIND_SERVICE only: ${MEND}`,
    ),
    broken(!['Default', '', undefined].includes(context.procMount), at('procMount'), `must be Default: ${MEND}`),
    ...(container.ports ?? []).map(({ hostPort }, index) => broken((hostPort ?? 0) !== 0, [...path, 'ports', index, 'hostPort'], `must not be set: ${MEND}`)),
    ...probedHosts(container).map((place) => broken(true, [...path, ...place], `must not be set; probes and hooks ask the pod itself: ${MEND}`)),
  ].flat()
}

/** What pods and containers have in common. */
function contextProblems(context: Partial<V1SecurityContext>, path: readonly PropertyKey[]): GuardProblem[] {
  const { runAsNonRoot, runAsUser, seccompProfile, seLinuxOptions, appArmorProfile, windowsOptions } = context
  return [
    broken(runAsNonRoot === false, [...path, 'runAsNonRoot'], `must not be false: ${MEND}`),
    broken(runAsUser === 0, [...path, 'runAsUser'], `must not be 0, which is root: ${MEND}`),
    broken(
      seccompProfile !== undefined && !SECCOMP_TYPES.includes(seccompProfile.type),
      [...path, 'seccompProfile', 'type'],
      `must be RuntimeDefault or Localhost: ${MEND}`,
    ),
    broken(!SELINUX_TYPES.includes(seLinuxOptions?.type), [...path, 'seLinuxOptions', 'type'], `must be one of ${SELINUX_TYPES.slice(2).join(', ')}: ${MEND}`),
    broken((seLinuxOptions?.user ?? '') !== '', [...path, 'seLinuxOptions', 'user'], `must not be set: ${MEND}`),
    broken((seLinuxOptions?.role ?? '') !== '', [...path, 'seLinuxOptions', 'role'], `must not be set: ${MEND}`),
    broken(appArmorProfile?.type === 'Unconfined', [...path, 'appArmorProfile', 'type'], `must be RuntimeDefault or Localhost: ${MEND}`),
    broken(windowsOptions?.hostProcess === true, [...path, 'windowsOptions', 'hostProcess'], `must not be true: ${MEND}`),
  ].flat()
}

function isAllowedVolume(volume: V1Volume): boolean {
  return Object.entries(volume).every(([type, source]) => type === 'name' || source === undefined || VOLUME_TYPES.includes(type))
}

/** Paths of all hosts that probes and hooks name. */
function probedHosts({ livenessProbe, readinessProbe, startupProbe, lifecycle }: V1Container): string[][] {
  const callers = [
    { path: ['livenessProbe'], caller: livenessProbe },
    { path: ['readinessProbe'], caller: readinessProbe },
    { path: ['startupProbe'], caller: startupProbe },
    { path: ['lifecycle', 'postStart'], caller: lifecycle?.postStart },
    { path: ['lifecycle', 'preStop'], caller: lifecycle?.preStop },
  ]
  return callers.flatMap(({ path, caller }) =>
    (['httpGet', 'tcpSocket'] as const).flatMap((kind) => ((caller?.[kind]?.host ?? '') === '' ? [] : [[...path, kind, 'host']])),
  )
}

function broken(isBroken: boolean, path: readonly PropertyKey[], message: string): GuardProblem[] {
  return isBroken ? [{ path, message }] : []
}
