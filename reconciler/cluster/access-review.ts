import { KubeTransport } from './kube-transport.ts'

/** One thing that an account may or may not do. */
export interface Right {
  readonly verb: string
  readonly group: string
  /** `pods/log` for a subresource. */
  readonly resource: string
  /** None for what lies in no namespace. */
  readonly namespace?: string
}

/** Whether this process's own account may. Every account may ask that. */
export async function mayDo({ verb, group, resource, namespace }: Right, transport = new KubeTransport()): Promise<boolean> {
  const [name = '', subresource] = resource.split('/')
  const place = { ...(namespace === undefined ? {} : { namespace }), ...(subresource === undefined ? {} : { subresource }) }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, group, resource: name, ...place } },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  return (await transport.json<{ readonly status: { readonly allowed: boolean } }>({ method: 'POST', path, body })).status.allowed
}
