import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { run } from '../cluster/shell.ts'
import { type HelmMajor, helmProgram } from './helm.ts'

/** Writes files below a folder of their own, runs `work` there, and takes them away again. */
export async function withFiles<T>(files: Readonly<Record<string, string>>, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'chart-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What `helm template` makes of a chart, one JSON value a document. */
export async function helmTemplate(major: HelmMajor, chart: string, release: string, namespace: string, args: readonly string[] = []): Promise<unknown[]> {
  const text = await run(await helmProgram(major), ['template', release, chart, '--namespace', namespace, ...args])
  return documentsOf(text)
}

export function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text)
    .map((document) => {
      const [error] = document.errors
      if (error !== undefined) throw new Error(`not YAML: ${error.message}`)
      return document.toJS() as unknown
    })
    .filter((document) => document !== null)
}
