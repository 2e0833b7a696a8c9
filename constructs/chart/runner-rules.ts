import type { PolicyRule } from 'cdk8s-plus-28/lib/imports/k8s.js'
import { RUNNER_PERMISSIONS, UNINSTALL_PERMISSIONS } from '../../compiler/permissions.ts'
import type { Marked } from '../tree/marked.ts'
import { when } from '../tree/marks.ts'
import { IS_ARGO } from './executor.ts'

/** What the runner may do in the namespace of the ingestion pods, from the one list that its doctor and its tests go by, too. */
export function runnerRules(): Marked<PolicyRule>[] {
  return RUNNER_PERMISSIONS.map(({ executor, apiGroups, resources, verbs }) => {
    const rule = { apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] }
    return executor === 'argo' ? when<Marked<PolicyRule>>(IS_ARGO, rule) : rule
  })
}

/** The same for the hook of `helm uninstall`. */
export function uninstallRules(): PolicyRule[] {
  return UNINSTALL_PERMISSIONS.map(({ apiGroups, resources, verbs }) => ({ apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] }))
}
