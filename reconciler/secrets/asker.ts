/** Under whose account a store is asked, in the words of the messages: what has to be mended is that account and those variables. */
export interface Asker {
  readonly account: string
  /** The value of the chart that gives its pod variables. */
  readonly variables: string
  /** Variables that name the region of AWS to it, the first first. */
  readonly regions: readonly string[]
  /** How its pod comes by the label of Azure's workload identity. */
  readonly azureLabel: string
}

export const INGESTION_POD: Asker = {
  account: 'the ingestion service account',
  variables: 'config.ingestionPods.extraEnvs',
  // What the ingestion image does not find its region by is none.
  regions: ['AWS_DEFAULT_REGION'],
  azureLabel: 'see that the webhook of workload identity runs in the cluster (the pod has the label azure.workload.identity/use)',
}

export const RUNNER: Asker = {
  account: "the runner's service account",
  variables: 'extraEnvs',
  regions: ['AWS_DEFAULT_REGION', 'AWS_REGION'],
  azureLabel: 'label its pod azure.workload.identity/use: "true" (podLabels)',
}
