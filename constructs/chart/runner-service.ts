import type { ServiceSpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { labels, objectName, runnerLabels } from './names.ts'

export function runnerService(scope: Construct): void {
  chartObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: objectName(), labels: labels() },
    spec: {
      type: valueOf(value('service.type')),
      ports: [
        { name: 'app', port: valueOf(call('number', value('service.port'))), targetPort: 'app', protocol: 'TCP' },
        { name: 'metrics-app', port: valueOf(call('number', value('service.metricsPort'))), targetPort: 'metrics-app', protocol: 'TCP' },
      ],
      selector: runnerLabels(),
    } satisfies Marked<ServiceSpec>,
  })
}
