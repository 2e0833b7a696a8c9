import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * `npm run build [FOLDER]`: the program as few files that need no node_modules. Default folder: dist/.
 * `npm run build -- --image [FOLDER]`: the same as the image holds it, in its place below FOLDER, by default dist/image/.
 *
 * Splitting keeps what is imported lazily in files of its own, so that it is read only when it is used.
 * Names are kept: classes of errors and of Kubernetes objects are told apart by name.
 */
const ENTRY = fileURLToPath(new URL('./reconciler/cli/main.ts', import.meta.url))
const DIST = fileURLToPath(new URL('./dist', import.meta.url))

/** CommonJS packages inside an ES module still call `require` and read where they lie. */
const COMMON_JS_BRIDGE = [
  `import { createRequire as __createRequire } from 'node:module'`,
  `import { fileURLToPath as __fileURLToPath } from 'node:url'`,
  `import { dirname as __dirnameOf } from 'node:path'`,
  `const require = __createRequire(import.meta.url)`,
  `const __filename = __fileURLToPath(import.meta.url)`,
  `const __dirname = __dirnameOf(__filename)`,
].join('\n')

async function bundle(folder: string, sourcemap: 'linked' | false): Promise<number> {
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
    sourcemap,
    legalComments: 'linked',
    banner: { js: COMMON_JS_BRIDGE },
    logLevel: 'warning',
    metafile: true,
  })
  await chmod(`${folder}/hybrid-runner.js`, 0o755)
  return Object.entries(metafile.outputs).reduce((sum, [path, { bytes }]) => (path.endsWith('.js') ? sum + bytes : sum), 0)
}

/** The files below the image's root. There is no `env` in it to look Node up on the path; the command is a link to the program. */
async function imageFiles(root: string): Promise<number> {
  await rm(root, { recursive: true, force: true })
  const program = 'opt/hybrid-runner/hybrid-runner.js'
  const bytes = await bundle(join(root, 'opt/hybrid-runner'), false)
  const text = await readFile(join(root, program), 'utf8')
  await writeFile(join(root, program), text.replace(/^#!.*/, '#!/usr/local/bin/node'))
  await writeFile(join(root, 'opt/hybrid-runner/package.json'), '{ "type": "module" }\n')
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await symlink(`/${program}`, join(root, 'usr/local/bin/hybrid-runner'))
  return bytes
}

const isForImage = process.argv.includes('--image')
const [given] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const folder = given ?? (isForImage ? join(DIST, 'image') : DIST)
const bytes = isForImage ? await imageFiles(folder) : await bundle(folder, 'linked')
console.log(`${folder}: ${(bytes / 1e6).toFixed(1)} MB of JavaScript`)
