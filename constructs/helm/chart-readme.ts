import type { Described } from '../values/described.ts'
import { valuesTable } from './values-table.ts'

/** README.md of the chart. */
export function readme(described: readonly Described[]): string {
  return `# hybrid-ingestion-runner

Runs Collate's ingestion in your own Kubernetes cluster, under the value paths of the vendor's chart of the same name.

**Not ready to install.** No image is published yet, and \`image.repository\` names where it will be. 

\`\`\`sh
kubectl create secret generic collate-token --from-file=token=token.txt
helm install collate-prod ./charts/hybrid-ingestion-runner \\
  --set config.agentId=aws-prod --set config.serverHost=acme.getcollate.io \\
  --set config.authTokenSecret.name=collate-token \\
  --set ecrRegistryHelper.enabled=false
helm test collate-prod --logs
\`\`\`

Everything here is made from \`constructs/\` by \`npm run synth\`; \`plain.yaml\` beside it is the same chart with its default values, as plain Kubernetes objects.

## Values

${valuesTable(described)}
`
}
