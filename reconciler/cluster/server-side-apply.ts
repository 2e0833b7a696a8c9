import { randomUUID } from 'node:crypto'
import { isClusterError } from './cluster-error.ts'
import { KubeTransport } from './kube-transport.ts'

/** As much of an object as its place in the API needs. */
export interface NamedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** The kinds the compiler makes, by their resource name in the API. */
const RESOURCES: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  Pod: 'pods',
  CronJob: 'cronjobs',
  Workflow: 'workflows',
  CronWorkflow: 'cronworkflows',
}

/** Asks the API server what it would do, and does nothing. */
export interface DryRun {
  /** undefined when there is none, or when it may not be read, as the Secrets of others. */
  read(object: NamedObject): Promise<NamedObject | undefined>
  /** The object as it would be after a server-side apply, with defaults and admission. Throws a ClusterError when it would be refused. */
  apply(object: NamedObject): Promise<NamedObject>
  /** The object as it would be if it were created now, also when it is there already. Throws a ClusterError when it would be refused. */
  createAnew(object: NamedObject): Promise<NamedObject>
}

const FIELD_MANAGER = 'hybrid-ingestion-runner'

export function connectDryRun(): DryRun {
  const transport = new KubeTransport()
  return {
    read: async (object) => {
      try {
        return await transport.json<NamedObject>({ method: 'GET', path: pathOf(object) })
      } catch (error) {
        if (isClusterError(error, 'NotFound', 'Forbidden')) return undefined
        throw error
      }
    },
    apply: async (object) =>
      transport.json<NamedObject>({
        method: 'PATCH',
        path: pathOf(object),
        query: { dryRun: 'All', fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', force: 'true' },
        body: object,
        contentType: 'application/apply-patch+yaml',
      }),
    createAnew: async (object) => {
      const { name } = object.metadata
      // A name that is free: the dry run would find its own taken.
      const body = { ...object, metadata: { ...object.metadata, name: `dry-run-${randomUUID()}` } }
      const query = { dryRun: 'All', fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' }
      const created = await transport.json<NamedObject>({ method: 'POST', path: collectionOf(object), query, body })
      return { ...created, metadata: { ...created.metadata, name } }
    },
  }
}

function pathOf(object: NamedObject): string {
  return `${collectionOf(object)}/${encodeURIComponent(object.metadata.name)}`
}

/** Throws for a kind that the compiler does not make. */
function collectionOf({ apiVersion, kind, metadata }: NamedObject): string {
  const resource = RESOURCES[kind]
  if (resource === undefined) throw new Error(`no path is known for kind ${kind}`)
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${root}/namespaces/${encodeURIComponent(metadata.namespace)}/${resource}`
}
