import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'

const FOLDER = fileURLToPath(new URL('vendor-values', import.meta.url))

/** What a variable of the runner's container says: a text, JSON whose layout is of no matter, or a key of a Secret. */
const expectedValue = z.union([z.string(), z.strictObject({ json: z.unknown() }), z.strictObject({ secret: z.string(), key: z.string() })])

export type ExpectedValue = z.infer<typeof expectedValue>

const expectation = z.strictObject({
  /** The values that these are laid over, by the name of their file. */
  over: z.string().optional(),
  executor: z.enum(['simpleK8s', 'argo']),
  /** Name of the release. */
  release: z.string().default('collate-prod'),
  /** As `--set` takes them. */
  set: z.array(z.string()).default([]),
  /** What differs from the environment of the vendor's chart with its defaults; null where it does not have the variable. */
  environment: z.record(z.string(), expectedValue.nullable()),
  /** What the pod holds among else. */
  pod: z.record(z.string(), z.unknown()).default({}),
  /** What the runner's container holds among else. */
  container: z.record(z.string(), z.unknown()).default({}),
  /** Further objects: kind, name, and what they hold among else. */
  objects: z
    .array(
      z.strictObject({
        kind: z.string(),
        name: z.string(),
        annotations: z.record(z.string(), z.string()).optional(),
        data: z.record(z.string(), z.string()).optional(),
      }),
    )
    .default([]),
  /** How each warning begins, beside the one for a token among the values. */
  warnings: z.array(z.string()).optional(),
})

/** Values as customers of the vendor's chart have them, unchanged, and what comes of them there. */
export interface VendorCase extends z.infer<typeof expectation> {
  readonly name: string
  /** As text, for it is what Helm reads. */
  readonly values: string
}

/** Every file of `vendor-values/`: the values, a line of three dashes, what is expected. */
export function vendorCases(): VendorCase[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => {
      const [values = '', expected = ''] = readFileSync(join(FOLDER, file), 'utf8').split(/^---\n/m)
      return { name: file.replace(/\.yaml$/, ''), values, ...expectation.parse(parse(expected)) }
    })
}

export function vendorCase(name: string): VendorCase {
  const found = vendorCases().find((one) => one.name === name)
  if (found === undefined) throw new Error(`there are no values ${name}`)
  return found
}
