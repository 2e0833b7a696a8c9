import type { Construct } from 'constructs'
import { chartObject } from './chart-object.ts'
import { customConfigFiles } from './custom-config-files.ts'
import { labels, objectName } from './names.ts'
import { HAS_CUSTOM_CONFIG } from './pod-variables.ts'

/** The operator's own fields of container and pod, as the two files that the runner reads. JSON is YAML. */
export function customConfig(scope: Construct): void {
  chartObject(
    scope,
    'ingestion-config',
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: objectName('ingestion-config'), labels: labels() },
      data: customConfigFiles(),
    },
    HAS_CUSTOM_CONFIG,
  )
}
