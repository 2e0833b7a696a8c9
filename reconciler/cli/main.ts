#!/usr/bin/env node
import { keepHeapSmall } from './small-heap.ts'

// First, for the heap grows most while the program is loaded.
keepHeapSmall()
const { runProgram } = await import('./program.ts')
await runProgram()
