import { stringify } from 'yaml'
import type { Json } from '../expression/expression.ts'
import { plainObjects } from './plain-objects.ts'

/** A release that reads well in a review: the token in a Secret of the operator's, no ECR helper. */
const EXAMPLE: Json = {
  config: { agentId: 'aws-prod', serverHost: 'acme.getcollate.io', authTokenSecret: { name: 'collate-token', key: 'token' } },
  ecrRegistryHelper: { enabled: false },
}

/** The chart's objects with its default values, as `kubectl apply` takes them. Those of hooks are Helm's to start, and left out. */
export function plainYaml(version: string): string {
  const objects = plainObjects(EXAMPLE, { name: 'collate-prod', namespace: 'collate', version }).filter((object) => !isHook(object))
  return objects.map((object) => stringify(object, { lineWidth: 0, version: '1.1' })).join('---\n')
}

function isHook(object: Json): boolean {
  const { metadata } = object as { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } }
  return metadata?.annotations?.['helm.sh/hook'] !== undefined
}
