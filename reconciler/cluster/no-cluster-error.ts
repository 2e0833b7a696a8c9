/** There is no cluster to speak to: the kubeconfig is missing or cannot be read. The message names KUBECONFIG and the mend. */
export class NoClusterError extends Error {
  constructor(message: string) {
    super(`KUBECONFIG: ${message}`)
    this.name = 'NoClusterError'
  }
}
