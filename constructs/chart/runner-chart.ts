import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { argoController } from './argo/controller.ts'
import { argoDefinitions } from './argo/definitions.ts'
import { customConfig } from './custom-config.ts'
import { disruptionBudget } from './disruption-budget.ts'
import { helmTest } from './doctor-pod.ts'
import { ecrFirstToken, ecrRefresher, ecrRemoval } from './ecr/refresher.ts'
import { ingestionAccount } from './ingestion-account.ts'
import { grafanaDashboard, prometheusRules, serviceMonitor } from './monitoring.ts'
import { networkPolicy } from './network-policy.ts'
import { runnerAccount } from './runner-account.ts'
import { runnerDeployment } from './runner-deployment.ts'
import { runnerService } from './runner-service.ts'
import { tokenSecret } from './token-secret.ts'
import { uninstallHook } from './uninstall-hook.ts'

const PARTS = [
  tokenSecret,
  runnerAccount,
  ingestionAccount,
  customConfig,
  runnerDeployment,
  runnerService,
  disruptionBudget,
  networkPolicy,
  serviceMonitor,
  prometheusRules,
  grafanaDashboard,
  argoDefinitions,
  argoController,
  helmTest,
  uninstallHook,
  ecrFirstToken,
  ecrRefresher,
  ecrRemoval,
]

/** All objects of a release. */
export function runnerChart(scope: Construct): Chart {
  const chart = new Chart(scope, 'hybrid-ingestion-runner')
  for (const part of PARTS) part(chart)
  return chart
}
