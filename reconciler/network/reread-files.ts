import type { Log } from '../log.ts'
import { keepFresh, type Rereadable } from './keep-fresh.ts'

/** A new token is used from the next call on, a new CA from the next connection on; a link that was refused for the old token is tried at once. */
export function rereadFiles(sources: readonly Rereadable[], retryLink: () => void, log: Log): () => void {
  return keepFresh(sources, {
    onChange: ({ name }) => {
      log.info({ file: name }, 'a file has changed and was read anew')
      retryLink()
    },
    onTrouble: ({ name }, error) => log.warn({ file: name, error }, 'a file cannot be read anew; what was read before stays in force'),
  })
}
