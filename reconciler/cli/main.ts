#!/usr/bin/env node
import { keepHeapSmall } from './small-heap.ts'

// First, for the heap grows most while the program is loaded.
keepHeapSmall()
// What runs before each run of a customer loads no more than it needs.
if (process.argv[2] === 'secrets') {
  const { runSecrets } = await import('./secrets-program.ts')
  await runSecrets()
} else {
  const { runProgram } = await import('./program.ts')
  await runProgram()
}
