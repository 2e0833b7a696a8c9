import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { V1Pod } from '@kubernetes/client-node'
import { LABEL_PIPELINE_TYPE } from '../../../compiler/labels.ts'
import type { Cluster } from '../../cluster/cluster.ts'
import { callJson } from '../../cluster/kubernetes-api.ts'
import { run } from '../../cluster/shell.ts'

/** What a cluster's own webhook does to pods of these pipeline types. */
export interface WebhookDeeds {
  /** Denied with this message. */
  readonly denied: { readonly type: string; readonly message: string }
  /** Given a second container that is privileged. */
  readonly joined: { readonly type: string }
}

interface Review {
  readonly request: { readonly uid: string; readonly object: V1Pod }
}

/** A webhook as security teams install them, for one namespace. Gives what takes it away. */
export async function startWebhook(cluster: Cluster, namespace: string, name: string, deeds: WebhookDeeds): Promise<() => Promise<unknown>> {
  const certificate = await certificateFor(cluster, name)
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { request: review } = JSON.parse(await text(request)) as Review
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answerTo(review, deeds)))
  }
  const server = createServer(certificate, (request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const { port } = server.address() as AddressInfo
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
  const webhook = {
    name,
    clientConfig: { url: `https://${cluster.hostIp}:${port}/`, caBundle: Buffer.from(certificate.cert).toString('base64') },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    objectSelector: { matchExpressions: [{ key: LABEL_PIPELINE_TYPE, operator: 'In', values: [deeds.denied.type, deeds.joined.type] }] },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  }
  const body = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name }, webhooks: [webhook] }
  await callJson(cluster.api, { method: 'POST', path, body })
  return async () => {
    await cluster.api({ method: 'DELETE', path: `${path}/${name}` })
    server.close()
    server.closeAllConnections()
  }
}

function answerTo({ uid, object }: Review['request'], { denied, joined }: WebhookDeeds): object {
  const type = object.metadata?.labels?.[LABEL_PIPELINE_TYPE]
  const verdict = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }
  if (type === denied.type) return { ...verdict, response: { uid, allowed: false, status: { message: denied.message } } }
  if (type !== joined.type) return { ...verdict, response: { uid, allowed: true } }
  const agent = { name: 'agent', image: 'agent', securityContext: { privileged: true } }
  const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/spec/containers/-', value: agent }])).toString('base64')
  return { ...verdict, response: { uid, allowed: true, patchType: 'JSONPatch', patch } }
}

async function certificateFor({ folder, hostIp }: Cluster, name: string): Promise<{ readonly key: string; readonly cert: string }> {
  const [key, cert] = ['key', 'crt'].map((end) => join(folder, `${name}.${end}`)) as [string, string]
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=webhook',
    '-addext',
    `subjectAltName=IP:${hostIp}`,
  ]
  await run('openssl', [...args, '-keyout', key, '-out', cert])
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
}
