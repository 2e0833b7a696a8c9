/** Makes compiler/merge/merge-keys.ts anew from the test cluster's API server: `node test/compiler/tools/merge-keys/write-merge-keys.ts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startCluster } from '../../../cluster/cluster.ts'
import { callJson } from '../../../cluster/kubernetes-api.ts'
import { mergeKeysModule } from './merge-keys.ts'

const cluster = await startCluster({ name: 'test', nodes: 'kubelet', auditLog: true, reuse: true })
const openApi = await callJson(cluster.api, { method: 'GET', path: '/openapi/v3/api/v1' })
writeFileSync(join(import.meta.dirname, '../../../../compiler/merge/merge-keys.ts'), mergeKeysModule(openApi))
