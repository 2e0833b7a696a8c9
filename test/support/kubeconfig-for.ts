/** A kubeconfig of one plain server on this machine. */
export function kubeconfigFor(port: number, token = 'kubeconfig-token'): object {
  return {
    'apiVersion': 'v1',
    'kind': 'Config',
    'current-context': 'here',
    'contexts': [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    'clusters': [{ name: 'here', cluster: { 'server': `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    'users': [{ name: 'me', user: { token } }],
  }
}
