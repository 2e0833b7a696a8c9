import { z } from 'zod'
import { argoValues } from './argo-values.ts'
import { configValues } from './config-values.ts'
import { ecrValues } from './ecr-values.ts'
import { monitoringValues } from './monitoring-values.ts'
import { networkPolicyValues } from './network-policy-values.ts'
import { runnerValues } from './runner-values.ts'

/** The values of the chart, in the order of values.yaml. Every other form of them is made from this. */
export const chartValues = z.strictObject({
  ...runnerValues,
  config: configValues,
  ecrRegistryHelper: ecrValues,
  ...argoValues,
  networkPolicy: networkPolicyValues,
  ...monitoringValues,
  global: z.record(z.string(), z.unknown()).nullish().meta({ description: 'Values that a chart above this one shares with all its parts; none is read.' }),
})

export type ChartValues = z.infer<typeof chartValues>
