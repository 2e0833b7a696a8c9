import type { Described } from '../values/described.ts'
import { valuesTable } from './values-table.ts'

/** README.md of the chart. */
export function readme(described: readonly Described[]): string {
  return `# hybrid-ingestion-runner

Runs Collate's ingestion in your own Kubernetes cluster, under the value paths of the vendor's chart of the same name.

[docs/install.md](../../docs/install.md) installs it step by step; [docs/migrating.md](../../docs/migrating.md) takes over a release of the vendor's chart. Where the default \`image.repository\` is not to be had, build the image and name yours.

\`\`\`sh
kubectl create secret generic collate-token --from-file=token=token.txt
kubectl create secret generic collate-ecr-key \\
  --from-file=AWS_ACCESS_KEY_ID=id.txt --from-file=AWS_SECRET_ACCESS_KEY=key.txt   # the AWS key that Collate provides, for the ingestion image
helm install collate-prod ./charts/hybrid-ingestion-runner \\
  --set config.agentId=aws-prod --set config.serverHost=acme.getcollate.io \\
  --set config.authTokenSecret.name=collate-token \\
  --set ecrRegistryHelper.collateCredentials.secretRef=collate-ecr-key
helm test collate-prod --logs      # Helm 3.16: without --logs
\`\`\`

Everything here is made from \`constructs/\` by \`npm run synth\`; \`plain.yaml\` beside it is the same chart with its default values, as plain Kubernetes objects.

## Values

Where a value is used, a search of the templates shows: \`grep -rw config.proxy.httpsProxy templates/\`.

${valuesTable(described)}
`
}
