#!/usr/bin/env node
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { describeIssues } from './answer.ts'
import { createCollateServer } from './collate-server.ts'
import type { CollateOptions } from './collate-server.ts'
import { createControlServer } from './control.ts'

const HELP = `The reference server side of the link: plays Collate for a runner and for ingestion pods.

Usage: node test/collate/main.ts --token-file FILE [options]

  --token-file FILE       JSON {name: token}: the bearer tokens to accept; names appear in what is remembered
  --host HOST             address for runners and pods (127.0.0.1)
  --port PORT             0 takes a free one (8585)
  --control-port PORT     the control API, always on 127.0.0.1; 0 takes a free one (0)
  --server-version X.Y.Z  what it says it is (1.11.1)
  --heartbeat-ms MS       the interval asked of runners (10000)
  --retry-after-ms MS     hint for the next reconnect (none)
  --exit-with-stdin       end when stdin closes, so that it never outlives its parent

The first line on stdout is JSON: {"port", "controlPort"}.
Example: echo '{"runner":"s3cret"}' > /tmp/tokens.json && node test/collate/main.ts --token-file /tmp/tokens.json
`

const wholeNumber = z.coerce.number().int().nonnegative()

const commandLine = z.object({
  'token-file': z.string({ error: 'is missing: give a JSON file {name: token}' }),
  'host': z.string().default('127.0.0.1'),
  'port': wholeNumber.default(8585),
  'control-port': wholeNumber.default(0),
  'server-version': z.string().default('1.11.1'),
  'heartbeat-ms': z.coerce.number().int().positive().default(10_000),
  'retry-after-ms': wholeNumber.optional(),
  'exit-with-stdin': z.boolean().default(false),
})

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'help': { type: 'boolean' },
      'exit-with-stdin': { type: 'boolean' },
      'token-file': { type: 'string' },
      'host': { type: 'string' },
      'port': { type: 'string' },
      'control-port': { type: 'string' },
      'server-version': { type: 'string' },
      'heartbeat-ms': { type: 'string' },
      'retry-after-ms': { type: 'string' },
    },
  })
  if (values.help === true) return void process.stdout.write(HELP)
  const parsed = commandLine.safeParse(values)
  if (!parsed.success) throw new Error(describeIssues(parsed.error))
  await serve(optionsOf(parsed.data), parsed.data['control-port'])
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0))
  if (parsed.data['exit-with-stdin']) process.stdin.on('close', () => process.exit(0)).resume()
}

function optionsOf(line: z.infer<typeof commandLine>): CollateOptions {
  return {
    host: line.host,
    port: line.port,
    tokens: readTokens(line['token-file']),
    serverVersion: line['server-version'],
    heartbeatIntervalMs: line['heartbeat-ms'],
    retryAfterMs: line['retry-after-ms'] ?? null,
  }
}

function readTokens(file: string): Record<string, string> {
  const text = readFileSync(file, 'utf8')
  try {
    return z.record(z.string(), z.string().min(1)).parse(JSON.parse(text))
  } catch {
    // The cause would quote the file, which holds tokens.
    throw new Error(`token-file: ${file} must be a JSON object {name: token}`)
  }
}

async function serve(options: CollateOptions, controlPort: number): Promise<void> {
  const collate = createCollateServer(options)
  await collate.listen()
  const control = createControlServer(collate)
  await once(control.listen(controlPort, '127.0.0.1'), 'listening')
  process.stdout.write(`${JSON.stringify({ port: collate.port(), controlPort: (control.address() as AddressInfo).port })}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(2)
}
