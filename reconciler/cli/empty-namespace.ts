import { isNamespaceThere } from '../cluster/read-namespace.ts'
import { EXIT_FAILED } from './exit-codes.ts'

/** For who found nothing: a namespace that does not exist looks as empty as one that does. Ends the process for it, and says so where it cannot be told. */
export async function mustBeNamespace(namespace: string): Promise<void> {
  const isThere = await isNamespaceThere(namespace)
  if (isThere === false) {
    process.stderr.write(`there is no namespace ${namespace}\n`)
    process.exit(EXIT_FAILED)
  }
  if (isThere === undefined) process.stderr.write(`whether there is a namespace ${namespace} was not checked: this account may not get namespaces\n`)
}
