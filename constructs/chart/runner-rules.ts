import type { PolicyRule } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Marked } from '../tree/marked.ts'
import { when } from '../tree/marks.ts'
import { IS_ARGO } from './executor.ts'

/** What the runner may do in the namespace of the ingestion pods, and nothing else. Of Secrets it may make new ones, and read none. */
export function runnerRules(): Marked<PolicyRule>[] {
  return [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'watch', 'delete'] },
    { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['create', 'list', 'watch', 'patch', 'delete'] },
    when(IS_ARGO, { apiGroups: ['argoproj.io'], resources: ['workflows', 'cronworkflows'], verbs: ['create', 'get', 'list', 'watch', 'patch', 'delete'] }),
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'patch'] },
  ]
}
