import type { Executor } from './policy/executor.ts'

/** One rule of a Role. */
export interface Permission {
  readonly apiGroups: readonly string[]
  /** `pods/log` is a subresource. */
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  /** The one executor that needs it. */
  readonly executor?: Executor
}

/** All that the runner may do in the namespace of the ingestion pods, each verb because it is used. */
export const RUNNER_PERMISSIONS: readonly Permission[] = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['create', 'list', 'watch', 'patch', 'delete'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'delete'] },
  // Beside them under the other executor too: what was started before the executor was switched ends as what it is, and fires no more.
  { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
  { apiGroups: ['argoproj.io'], resources: ['cronworkflows'], verbs: ['list', 'patch', 'delete'] },
  { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['create'], executor: 'argo' },
  { apiGroups: ['argoproj.io'], resources: ['cronworkflows'], verbs: ['create', 'watch'], executor: 'argo' },
  // For the doctor.
  { apiGroups: [''], resources: ['resourcequotas', 'limitranges'], verbs: ['list'] },
]

/** All that `uninstall` needs there, whether or not there is a runner: the chart's hook has it for as long as it runs. */
export const UNINSTALL_PERMISSIONS: readonly Permission[] = [
  { apiGroups: [''], resources: ['configmaps', 'pods'], verbs: ['get', 'list', 'patch', 'delete'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'patch', 'delete'] },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['list', 'patch', 'delete'] },
  { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['get', 'list', 'patch', 'delete'] },
  { apiGroups: ['argoproj.io'], resources: ['cronworkflows'], verbs: ['list', 'patch', 'delete'] },
]
