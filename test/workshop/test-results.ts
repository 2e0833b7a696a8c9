import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { filesOf, type TestFile } from './vitest-report.ts'

/** Where a run of the checks and tests leaves what it found, for whatever adds it up. */
const FOLDER = new URL('../../test-results/', import.meta.url)

export function resultPath(name: string): string {
  return fileURLToPath(new URL(name, FOLDER))
}

export async function clearResults(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
}

export async function writeResult(name: string, text: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  await writeFile(resultPath(name), text)
}

/** The JSON of a result, or undefined when it is not there or not JSON. */
export async function readResult(name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(resultPath(name), 'utf8')) as unknown
  } catch {
    return undefined
  }
}

/** The files of every report of Vitest, by its name: `unit`, `cluster`, `cluster-again`. */
export async function readReports(): Promise<Record<string, readonly TestFile[]>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).toSorted()
  const reports = await Promise.all(names.map(async (name) => [name.replace(/\.json$/, ''), filesOf(await readResult(name)) ?? []] as const))
  return Object.fromEntries(reports)
}
