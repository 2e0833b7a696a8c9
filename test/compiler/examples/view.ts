import type { V1Container, V1CronJob, V1Pod, V1PodSpec } from '@kubernetes/client-node'
import type { CronWorkflow, Workflow, WorkflowSpec } from '../../../compiler/argo/workflow-types.ts'

/** What is the same of a pod, whichever executor makes it. */
export interface View {
  readonly labels: Readonly<Record<string, string>>
  readonly spec: Pick<
    V1PodSpec,
    'serviceAccountName' | 'automountServiceAccountToken' | 'tolerations' | 'affinity' | 'nodeSelector' | 'imagePullSecrets' | 'securityContext' | 'volumes'
  >
  readonly priorityClass: string | undefined
  readonly deadlineSeconds: number | undefined
  readonly container: V1Container
  readonly initContainers: readonly V1Container[]
  /** The spec of the CronJob or CronWorkflow; empty for a run. */
  readonly cron: Readonly<Record<string, unknown>>
}

export function viewOf(object: V1Pod | Workflow | V1CronJob | CronWorkflow): View {
  switch (object.kind) {
    case 'Workflow':
      return workflowView((object as Workflow).spec)
    case 'CronWorkflow':
      return { ...workflowView((object as CronWorkflow).spec.workflowSpec), cron: { ...(object as CronWorkflow).spec } }
    case 'CronJob':
      return { ...podView((object as V1CronJob).spec?.jobTemplate.spec?.template ?? {}), cron: { ...(object as V1CronJob).spec } }
    default:
      return podView(object as V1Pod)
  }
}

function podView({ metadata, spec }: Pick<V1Pod, 'metadata' | 'spec'>): View {
  const [container] = spec?.containers ?? []
  if (spec === undefined || container === undefined) throw new Error('the pod has no container')
  return {
    labels: metadata?.labels ?? {},
    spec,
    priorityClass: spec.priorityClassName,
    deadlineSeconds: spec.activeDeadlineSeconds,
    container,
    initContainers: spec.initContainers ?? [],
    cron: {},
  }
}

function workflowView(spec: WorkflowSpec): View {
  const [template] = spec.templates
  if (template === undefined) throw new Error('the Workflow has no template')
  return {
    labels: spec.podMetadata.labels ?? {},
    spec: { ...spec, ...tokenIn(spec) },
    priorityClass: spec.podPriorityClassName,
    deadlineSeconds: spec.activeDeadlineSeconds,
    container: template.container,
    initContainers: template.initContainers ?? [],
    cron: {},
  }
}

/** A flag of the pod that a Workflow gives in its patch. */
function tokenIn({ podSpecPatch }: WorkflowSpec): Pick<V1PodSpec, 'automountServiceAccountToken'> {
  const { automountServiceAccountToken: flag } = JSON.parse(podSpecPatch) as V1PodSpec
  return flag === undefined ? {} : { automountServiceAccountToken: flag }
}

/** Value of the variable of that name, or where it comes from. */
export function variableOf({ container }: View, name: string): unknown {
  const variable = container.env?.find((one) => one.name === name)
  return variable?.value ?? variable?.valueFrom
}
