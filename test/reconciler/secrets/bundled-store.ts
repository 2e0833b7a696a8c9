import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecretsManager } from '../../../compiler/secrets-manager.ts'
import { err, ok } from '../../../compiler/result.ts'
import { secretsReport } from '../../../compiler/secrets-report.ts'
import type { Environment } from '../../../compiler/environment.ts'
import type { SecretStore, StoreName } from '../../../reconciler/secrets/secret-store.ts'
import { runnerProgram } from '../../scenario/runner-program.ts'

/** The store as the init container has it: the bundle, with the variables of the pod and nothing else, in the mode that shows the value to the main container. */
export async function bundledStore(manager: SecretsManager, store: StoreName, environment: Environment): Promise<SecretStore> {
  const program = await runnerProgram()
  return {
    store,
    read: async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'secrets-'))
      try {
        const files = { RESOLVED_CONFIG_FILE: join(folder, 'resolved'), TERMINATION_LOG: join(folder, 'report') }
        await writeFile(files.TERMINATION_LOG, '')
        const env = { ...environment, ...files, SECRETS_CHECK: 'resolve', SECRETS_MANAGER: manager, config: JSON.stringify({ password: `secret:${name}` }) }
        const { code, output } = await run(program, env)
        const report = secretsReport.parse(JSON.parse(await readFile(files.TERMINATION_LOG, 'utf8')))
        const [failed] = report.failed
        if ((code === 0) !== (failed === undefined)) throw new Error(`ended with ${code} and the report ${JSON.stringify(report)}: ${output}`)
        if (failed !== undefined) return err(failed)
        if (((await stat(files.RESOLVED_CONFIG_FILE)).mode & 0o777) !== 0o440) throw new Error('others may read the resolved payload')
        const { password } = JSON.parse(await readFile(files.RESOLVED_CONFIG_FILE, 'utf8')) as { readonly password: string }
        if (output.includes(password)) throw new Error('the value is in the output')
        return ok(password)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

async function run(program: string, env: Environment): Promise<{ readonly code: number; readonly output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ readonly code: number; readonly output: string }>()
  execFile(process.execPath, [program, 'secrets'], { env }, (error, stdout, stderr) =>
    resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
  )
  return promise
}
