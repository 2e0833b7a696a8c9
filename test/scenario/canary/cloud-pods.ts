import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { callJson } from '../../cluster/kubernetes-api.ts'
import type { CloudHosts } from '../../reconciler/secrets/cloud-hosts.ts'
import type { StoreWorld } from '../../reconciler/secrets/secret-store.contract.ts'
import type { Place } from '../place.ts'

/** Has pods find a cloud: its certificate and their tokens lie where its variables say. */
export interface CloudPods {
  /** The customer's own Secret with these files. */
  readonly secretName: string
  /** For the runner. */
  readonly environment: Readonly<Record<string, string>>
}

export async function cloudPods({ cluster, namespace }: Place, world: StoreWorld & { readonly hosts: CloudHosts }): Promise<CloudPods> {
  const { folder } = world.hosts
  const secretName = `cloud-${world.manager}`
  const names = await readdir(folder)
  const stringData = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)))
  await callJson(cluster.api, { method: 'POST', path: `/api/v1/namespaces/${namespace}/secrets`, body: { metadata: { name: secretName }, stringData } })
  const fileOf = async (name: string, content: object): Promise<string> => {
    const path = join(cluster.folder, `${name}-${namespace}-${world.manager}.yaml`)
    await writeFile(path, JSON.stringify(content))
    return path
  }
  return {
    secretName,
    environment: {
      SECRETS_MANAGER: world.manager,
      INGESTION_EXTRA_ENVS: JSON.stringify(await world.environment('allowed')),
      ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH: await fileOf('container', { volumeMounts: [{ name: 'cloud', mountPath: folder, readOnly: true }] }),
      ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH: await fileOf('workflow', { volumes: [{ name: 'cloud', secret: { secretName } }] }),
    },
  }
}
