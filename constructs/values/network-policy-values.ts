import { z } from 'zod'
import { field, flag, freeList, port, section, text } from './field.ts'

export const networkPolicyValues = section('Limits what the runner may reach. Enforced where the network of the cluster knows policies.', {
  enabled: field(flag, 'Whether it does.', { default: false }),
  collateCidrs: field(
    z.array(text),
    'Addresses of Collate, port 443 and that of `config.serverHost`; an empty list is any address. A proxy in `config.proxy` is open by its port.',
    { default: ['0.0.0.0/0'], rule: 'cidr' },
  ),
  apiServerCidrs: field(z.array(text), "Addresses of the cluster's API server; an empty list is any address.", { default: ['0.0.0.0/0'], rule: 'cidr' }),
  apiServerPorts: field(
    z.array(port),
    'Ports of the API server, as the endpoints of the Service `kubernetes` have them: `kubectl -n default get endpointslices -l kubernetes.io/service-name=kubernetes`.',
    { default: [443, 6443] },
  ),
  extraEgress: field(freeList, 'Further rules of egress, such as one to a proxy.', {
    default: [],
    example: [{ to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: [{ port: 3128, protocol: 'TCP' }] }],
  }),
})
