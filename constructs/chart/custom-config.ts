import type { Construct } from 'constructs'
import { call, literal } from '../expression/values.ts'
import { valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { HAS_CUSTOM_CONFIG } from './pod-variables.ts'
import { labels, objectName } from './names.ts'

const PARAMS = {
  container: call(
    'json',
    call(
      'orElse',
      value((v) => v.config.ingestionPods.customConfig.containerParams),
      literal({}),
    ),
  ),
  workflow: call(
    'json',
    call(
      'orElse',
      value((v) => v.config.ingestionPods.customConfig.workflowParams),
      literal({}),
    ),
  ),
}

/** A change of the operator's own fields starts the runner anew, which reads them at the start. */
export const CUSTOM_CONFIG_CHECKSUM = call('sha256', call('concat', PARAMS.container, PARAMS.workflow))

/** The operator's own fields of container and pod, as the two files that the runner reads. JSON is YAML. */
export function customConfig(scope: Construct): void {
  chartObject(
    scope,
    'ingestion-config',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: objectName('ingestion-config'), labels: labels() },
      data: { 'container-params.yaml': valueOf(PARAMS.container), 'workflow-params.yaml': valueOf(PARAMS.workflow) },
    },
    HAS_CUSTOM_CONFIG,
  )
}
