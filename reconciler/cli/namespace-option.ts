import { InvalidArgumentError, Option } from 'commander'
import { dnsLabelRule } from '../../compiler/kubernetes-names.ts'

const DEFAULT = 'default'

/** `--namespace`, the same for every command that looks into a cluster. */
export function namespaceOption(): Option {
  return new Option('-n, --namespace <name>', 'namespace of the ingestion pods').env('INGESTION_NAMESPACE').default(DEFAULT).argParser(namespaceName)
}

/** An empty variable is one that is not set. */
export function namespaceName(text: string): string {
  if (text === '') return DEFAULT
  const broken = dnsLabelRule(text)
  if (broken !== undefined) throw new InvalidArgumentError(`The name of a namespace ${broken}.`)
  return text
}
