import { readFile } from 'node:fs/promises'
import { X509Certificate } from 'node:crypto'
import type { Issue } from '../../compiler/issue.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import type { Rereadable } from './keep-fresh.ts'

/** A file with CA certificates, and the variable that names it. */
export interface CaFile {
  readonly variable: string
  readonly path: string
}

/** The certificates of the operator's own CAs. */
export interface ExtraCas extends Rereadable {
  /** One PEM block each. */
  current(): readonly string[]
}

const PEM_BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g

/** Reads the bundles; every one that cannot be read or holds no certificate is an issue. */
export async function loadExtraCas(files: readonly CaFile[]): Promise<Result<ExtraCas, Issue[]>> {
  const read = await Promise.all(files.map(readBundle))
  const issues = read.flatMap((one) => (one.ok ? [] : [one.error]))
  if (issues.length > 0) return err(issues)
  return ok(
    extraCas(
      files,
      read.flatMap((one) => (one.ok ? one.value : [])),
    ),
  )
}

function extraCas(files: readonly CaFile[], first: readonly string[]): ExtraCas {
  let certificates = first
  return {
    name: files.map(({ variable }) => variable).join(' and '),
    current: () => certificates,
    reread: async () => {
      const read = await Promise.all(files.map(readBundle))
      const broken = read.flatMap((one) => (one.ok ? [] : [one.error]))[0]
      // The old ones stay in force: to trust nobody would cut the runner off.
      if (broken !== undefined) throw new Error(`${broken.path}: ${broken.message}`)
      const now = read.flatMap((one) => (one.ok ? one.value : []))
      if (now.join('') === certificates.join('')) return false
      certificates = now
      return true
    },
  }
}

async function readBundle({ variable, path }: CaFile): Promise<Result<string[], Issue>> {
  const issue = (problem: string): Result<never, Issue> =>
    err({ code: 'invalid', path: variable, message: `the file it names ${problem}; it holds one or more CA certificates as PEM` })
  try {
    const blocks = (await readFile(path, 'utf8')).match(PEM_BLOCK) ?? []
    if (blocks.length === 0) return issue('holds no certificate')
    const broken = blocks.findIndex((block) => !isCertificate(block))
    return broken < 0 ? ok([...blocks]) : issue(`holds something else than a certificate in block ${broken + 1}`)
  } catch (error) {
    return issue(`cannot be read (${error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown error'})`)
  }
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block) instanceof X509Certificate
  } catch {
    return false
  }
}
