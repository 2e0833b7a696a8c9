import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

interface Import {
  /** A package's name, a `node:` module, or the path of a file from the project's root. */
  readonly target: string
  readonly isTypeOnly: boolean
}

function sourcesIn(folder: string): SourceFile[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => sourceFile(join(folder, path)))
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return { path, text, imports: importsOf(text, path) }
}

/** Static imports and exports with a source, side-effect imports, and dynamic imports of a literal. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'"`;]*?)\s*from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]/g

function importsOf(text: string, path: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, typeKeyword, names = '', from, bare, dynamic]) => ({
    target: targetOf(from ?? bare ?? dynamic ?? '', path),
    isTypeOnly: typeKeyword !== undefined || (from !== undefined && hasOnlyTypes(names)),
  }))
}

function hasOnlyTypes(names: string): boolean {
  const list = /^\{(.*)\}$/s.exec(names.trim())?.[1]
  const items =
    list
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '') ?? []
  return items.length > 0 && items.every((item) => item.startsWith('type '))
}

function targetOf(specifier: string, path: string): string {
  if (specifier.startsWith('.')) return relative(ROOT, join(ROOT, dirname(path), specifier))
  if (specifier.startsWith('node:')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function valueImportsOf(files: readonly SourceFile[], target: string): string[] {
  return files.filter(({ imports }) => imports.some((one) => one.target === target && !one.isTypeOnly)).map(({ path }) => path)
}

const COMPILER = sourcesIn('compiler')
const RECONCILER = sourcesIn('reconciler')
const PROGRAM = [...COMPILER, ...RECONCILER, ...sourcesIn('constructs')]

describe('the reader of these rules', () => {
  test('finds the sources it judges', () => {
    expect(COMPILER.map(({ path }) => path)).toContain('compiler/compile.ts')
    expect(COMPILER.flatMap(({ imports }) => imports).length).toBeGreaterThan(50)
    expect(RECONCILER.length).toBeGreaterThan(0)
  })

  test('tells the kinds of imports apart', () => {
    const text = [
      `import type { A } from 'types'`,
      `import { type B, type C } from '@scope/types/deep'`,
      `import {\n  type D,\n  e,\n} from './beside.ts'`,
      `import f from 'value'`,
      `import 'effect'`,
      `export { g } from '../up.ts'`,
      `const h = await import('lazy')`,
    ].join('\n')
    expect(importsOf(text, 'compiler/x.ts').map(({ target, isTypeOnly }) => `${target}${isTypeOnly ? ' type' : ''}`)).toEqual([
      'types type',
      '@scope/types type',
      'compiler/beside.ts',
      'value',
      'effect',
      'up.ts',
      'lazy',
    ])
  })
})

describe('compiler/', () => {
  /** Values from outside the folder. `node:crypto` only for hashing, which is a function of its input. */
  const ALLOWED: Readonly<Record<string, (path: string) => boolean>> = {
    'zod': () => true,
    'yaml': (path) => path === 'compiler/serialize.ts',
    'node:crypto': (path) => path === 'compiler/sha256.ts',
  }

  test('imports values only from itself, zod, yaml in serialize.ts and node:crypto in sha256.ts', () => {
    const offences = COMPILER.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, isTypeOnly }) => !isTypeOnly && !target.startsWith('compiler/') && ALLOWED[target]?.(path) !== true)
        .map(({ target }) => `${path} imports ${target}`),
    )
    expect(offences).toEqual([])
  })

  test('imports no type of the reconciler or the chart', () => {
    const offences = COMPILER.filter(({ imports }) => imports.some(({ target }) => /^(reconciler|constructs|test)\//.test(target)))
    expect(offences.map(({ path }) => path)).toEqual([])
  })

  test('takes nothing but a hash from node:crypto', () => {
    const sha256 = COMPILER.find(({ path }) => path === 'compiler/sha256.ts')
    expect(sha256?.text).toMatch(/^import \{ createHash \} from 'node:crypto'$/m)
  })

  test('reads no clock, no chance and no environment, and waits for nothing', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.|\bperformance\.|\bsetTimeout\b|\bfetch\(|\bconsole\.|\basync\b|\bawait\b|\bPromise\b|\brequire\(/
    expect(COMPILER.filter(({ text }) => impure.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('dates in compiler/', () => {
  /** `Date.parse`, and a Date made from text or from fields, read the time zone of the process. A Date of a number of milliseconds does not, nor its UTC fields. */
  const ZONED = [
    /\bDate\.parse\b/,
    /\bnew Date\(\s*['"`]/,
    /\bnew Date\([^()]*,/,
    /\bnew Date\((?!0\)|[\w.]*[eE]pochMs\b|[\w.]*Ms\b)/,
    /\.(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|TimezoneOffset)\(/,
    /\.to(?:Locale(?:Date|Time)?|Date|Time)String\(/,
  ]

  test('know no time zone but the one they are given', () => {
    expect(COMPILER.filter(({ text }) => ZONED.some((use) => use.test(text))).map(({ path }) => path)).toEqual([])
  })

  test.each(["Date.parse('2026-01-01')", "new Date('2026-01-01T00:00')", 'new Date(text)', 'new Date(2026, 0, 1)', 'date.getHours()', 'date.toLocaleString()'])(
    'are not made by %s',
    (use) => {
      expect(ZONED.some((one) => one.test(use))).toBe(true)
    },
  )

  test.each(['Date.UTC(2026, 0, 1)', 'new Date(0)', 'new Date(epochMs + offsetMs)', 'clock.getUTCHours()'])('may be made by %s', (use) => {
    expect(ZONED.some((one) => one.test(use))).toBe(false)
  })
})

describe('one file talks to each thing outside', () => {
  const ONLY: readonly { readonly name: string; readonly isAllowed: (path: string) => boolean }[] = [
    { name: '@kubernetes/client-node', isAllowed: (path) => path === 'reconciler/cluster/kube-login.ts' },
    { name: 'ws', isAllowed: (path) => path === 'reconciler/link/socket.ts' },
    { name: 'prom-client', isAllowed: (path) => /^reconciler\/metrics\/[^/]+\.ts$/.test(path) },
    { name: '@aws-sdk/client-secrets-manager', isAllowed: (path) => path === 'reconciler/secrets/aws-store.ts' },
    { name: '@azure/identity', isAllowed: (path) => path === 'reconciler/secrets/azure-store.ts' },
    { name: '@azure/keyvault-secrets', isAllowed: (path) => path === 'reconciler/secrets/azure-store.ts' },
    { name: '@google-cloud/secret-manager', isAllowed: (path) => path === 'reconciler/secrets/gcp-store.ts' },
    { name: 'undici', isAllowed: (path) => /^reconciler\/(network\/(http-pool|tunnel)|cluster\/kube-transport|collate\/rest-client)\.ts$/.test(path) },
  ]

  test.each(ONLY)('$name', ({ name, isAllowed }) => {
    expect(valueImportsOf(PROGRAM, name).filter((path) => !isAllowed(path))).toEqual([])
  })

  test('and no program imports from test/', () => {
    const offences = PROGRAM.filter(({ imports }) => imports.some(({ target }) => target.startsWith('test/')))
    expect(offences.map(({ path }) => path)).toEqual([])
  })
})

describe('the checks leave out', () => {
  // A pattern without a slash before it is that of every folder of the name: `charts/` is also test/charts/.
  test.each(['.oxlintrc.json', '.oxfmtrc.json'])('only folders that %s names from the root', (file) => {
    const patterns = /"ignorePatterns": \[([^\]]*)\]/.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? ''
    const folders = [...patterns.matchAll(/"([^"]+\/)"/g)].map(([, pattern = '']) => pattern)
    expect(folders).toContain('/charts/')
    expect(folders.filter((folder) => !folder.slice(0, -1).includes('/') && folder !== 'node_modules/')).toEqual([])
  })
})
