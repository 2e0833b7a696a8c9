import type { NetworkPolicyPeer, NetworkPolicySpec } from 'cdk8s-plus-28/lib/imports/k8s.js'
import type { Construct } from 'constructs'
import type { Expression } from '../expression/expression.ts'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { each, itemsOf, valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'
import { chartObject } from './chart-object.ts'
import { APP_PORT, METRICS_PORT } from './environment.ts'
import { PROXY_PORTS, SERVER_PORT } from './network-ports.ts'
import { labels, objectName, selectorLabels } from './names.ts'

const IS_OPENSHIFT = value('openshift.enabled')
/** Where OpenShift's DNS pods listen behind their Service, whose address is translated before a policy is asked. */
const OPENSHIFT_DNS_PORT = 5353

/** In: probes and metrics. Out: names, Collate, the cluster's API. */
export function networkPolicy(scope: Construct): void {
  const to = (cidrs: Expression, variable: string): Marked<NetworkPolicyPeer>[] => [each(cidrs, variable, (cidr) => ({ ipBlock: { cidr: valueOf(cidr()) } }))]
  chartObject(
    scope,
    'network-policy',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: objectName(), labels: labels() },
      spec: {
        podSelector: { matchLabels: selectorLabels() },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          {
            ports: [
              { port: valueOf(APP_PORT), protocol: 'TCP' },
              { port: valueOf(METRICS_PORT), protocol: 'TCP' },
            ],
          },
        ],
        egress: [
          {
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 53, protocol: 'TCP' },
              when(IS_OPENSHIFT, { port: OPENSHIFT_DNS_PORT, protocol: 'UDP' }),
              when(IS_OPENSHIFT, { port: OPENSHIFT_DNS_PORT, protocol: 'TCP' }),
            ],
          },
          {
            to: to(value('networkPolicy.collateCidrs'), 'collate'),
            ports: [{ port: 443, protocol: 'TCP' }, when(call('not', call('equals', SERVER_PORT, 443)), { port: valueOf(SERVER_PORT), protocol: 'TCP' })],
          },
          ...PROXY_PORTS.map((proxy) => when(proxy.when, { ports: [{ port: valueOf(proxy.port), protocol: 'TCP' }] })),
          {
            to: to(value('networkPolicy.apiServerCidrs'), 'server'),
            ports: [each(value('networkPolicy.apiServerPorts'), 'port', (port) => ({ port: valueOf(port()), protocol: 'TCP' }))],
          },
          itemsOf(value('networkPolicy.extraEgress')),
        ],
      } satisfies Marked<NetworkPolicySpec>,
    },
    value('networkPolicy.enabled'),
  )
}
