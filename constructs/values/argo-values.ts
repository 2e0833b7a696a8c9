import { z } from 'zod'
import { field, flag, free, freeList, names, resources, stringMap, text, without, word } from './field.ts'

/** Argo Workflows as this chart installs it. Of the sub-chart that the vendor's chart brings, these values count; others are told of. */
export const argoValues = {
  installArgoWorkflows: field(flag, "Installs Argo's controller and runs ingestion as Workflows.", { default: false }),
  createArgoWorkflowsNamespace: without(
    'Argo is installed into the namespace of the ingestion pods, which is there before the release; make it by hand, or with --create-namespace where it is the one of the release',
    flag,
  ),
  argoWorkflows: z
    .looseObject({
      enabled: without('write installArgoWorkflows', flag),
      fullnameOverride: field(text, "Name of the controller's objects.", { default: 'argo-workflows', rule: 'label' }),
      namespaceOverride: without('Argo is installed into the namespace of the ingestion pods: write config.ingestionPods.namespace', text),
      images: z
        .looseObject({
          tag: field(word, 'Tag of both images.', { rule: 'tag' }),
          pullSecrets: field(names, 'Pull secrets of the controller, in the namespace of the ingestion pods. None: `imagePullSecrets`.', { default: [] }),
        })
        .nullish()
        .meta({ description: "Argo's images. The executor runs in the ingestion pods, under their pull secrets." }),
      crds: z
        .looseObject({
          install: field(flag, 'Installs the resource definitions. They stay when the release goes.', { default: true }),
        })
        .nullish()
        .meta({ description: "Argo's resource definitions." }),
      controller: z
        .looseObject({
          image: field(free, 'Image of the controller: registry, repository, tag. A tag of its own goes before `images.tag`.'),
          workflowDefaults: field(free, 'Fields that every Workflow of this controller has.', { default: {} }),
          resources: field(resources, 'Its resources.', { default: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } } }),
          nodeSelector: field(stringMap, "Its nodes. Without any of these three, where the chart's own pods run.", { default: {} }),
          tolerations: field(freeList, 'Its tolerations.', { default: [] }),
          affinity: field(free, 'Its affinity.', { default: {} }),
          priorityClassName: field(text, 'Its priority. None: `priorityClassName`.', { rule: 'name' }),
          livenessProbe: field(free, 'Its liveness probe, in place of the default one.', { default: {} }),
        })
        .nullish()
        .meta({ description: "Argo's controller." }),
      executor: z
        .looseObject({
          image: field(
            free,
            "Image of the executor: registry, repository, tag. Without a registry the controller's; without a tag `images.tag`, or the controller's.",
          ),
        })
        .nullish()
        .meta({ description: "Argo's executor, which runs beside the program in the ingestion pods." }),
    })
    .nullish()
    .meta({ description: 'Argo Workflows, where `installArgoWorkflows` is true.' }),
}
