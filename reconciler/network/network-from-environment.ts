import { z } from 'zod'
import type { Issue } from '../../compiler/issue.ts'
import { presentIn } from '../../compiler/policy/variable.ts'
import { err, ok, type Result } from '../../compiler/result.ts'
import { loadExtraCas } from './extra-cas.ts'
import { networkConfig, networkVariables, withLowerCase } from './network-variables.ts'
import { type Network, networkOf } from './network.ts'

/** The ways out as the environment names them, for a command that needs nothing else of the agent's environment. */
export async function networkFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Promise<Result<Network, Issue[]>> {
  const own = z.object(networkVariables).safeParse(withLowerCase(presentIn(environment)))
  if (!own.success) return err(own.error.issues.map(({ path, message }) => ({ code: 'invalid', path: path.join('.'), message })))
  const { proxies, caFiles } = networkConfig(own.data)
  const extraCas = await loadExtraCas(caFiles)
  return extraCas.ok ? ok(networkOf(proxies, extraCas.value)) : extraCas
}
