import { chmod, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * `npm run build [FOLDER]`: the program as few files that need no node_modules, for the image. Default folder: dist/.
 *
 * Splitting keeps what is imported lazily in files of its own, so that it is read only when it is used.
 * Names are kept: classes of errors and of Kubernetes objects are told apart by name.
 */
const ENTRY = fileURLToPath(new URL('./reconciler/cli/main.ts', import.meta.url))
const DEFAULT_FOLDER = fileURLToPath(new URL('./dist', import.meta.url))

/** CommonJS packages inside an ES module still call `require` and read where they lie. */
const COMMON_JS_BRIDGE = [
  `import { createRequire as __createRequire } from 'node:module'`,
  `import { fileURLToPath as __fileURLToPath } from 'node:url'`,
  `import { dirname as __dirnameOf } from 'node:path'`,
  `const require = __createRequire(import.meta.url)`,
  `const __filename = __fileURLToPath(import.meta.url)`,
  `const __dirname = __dirnameOf(__filename)`,
].join('\n')

async function bundle(folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true })
  const { metafile } = await build({
    entryPoints: { 'hybrid-runner': ENTRY },
    outdir: folder,
    platform: 'node',
    target: 'node26',
    format: 'esm',
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    banner: { js: COMMON_JS_BRIDGE },
    logLevel: 'warning',
    metafile: true,
  })
  await chmod(`${folder}/hybrid-runner.js`, 0o755)
  return Object.entries(metafile.outputs).reduce((sum, [path, { bytes }]) => (path.endsWith('.js') ? sum + bytes : sum), 0)
}

const folder = process.argv[2] ?? DEFAULT_FOLDER
const bytes = await bundle(folder)
console.log(`${folder}/hybrid-runner.js: ${(bytes / 1e6).toFixed(1)} MB of JavaScript`)
