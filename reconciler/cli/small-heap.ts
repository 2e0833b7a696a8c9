import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 keep the heap close to what is in use. Left to itself it lets the space of young objects grow 16-fold and the other one to
 * several times its content while the lists of the start come in, and gives little of that back.
 *
 * Read at each collection, so that it works however the process was started.
 */
export function keepHeapSmall(): void {
  // The space of young objects stays as large as it is.
  setFlagsFromString('--semi-space-growth-factor=1')
  // The next full collection comes when the heap has grown by half.
  setFlagsFromString('--heap-growing-percent=50')
}
