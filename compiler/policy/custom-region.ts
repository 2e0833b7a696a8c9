import { isAws } from '../secrets-manager.ts'
import type { SecretsManager } from '../secrets-manager.ts'
import type { CustomConfig } from './custom-config.ts'

/**
 * The operator's fields with AWS_DEFAULT_REGION beside an AWS_REGION of theirs, which the ingestion image does not look at. What comes by
 * `envFrom` nobody can see here.
 *
 * @param named variables that are given by other means
 */
export function withRegion(config: CustomConfig, manager: SecretsManager, named: readonly { readonly name: string }[]): CustomConfig {
  const env: unknown = config.containerParams['env']
  if (!isAws(manager) || !Array.isArray(env)) return config
  const variable = (wanted: string): unknown => env.find((one: unknown) => Reflect.get(Object(one), 'name') === wanted)
  const region = variable('AWS_REGION')
  const isNamed = variable('AWS_DEFAULT_REGION') !== undefined || named.some(({ name }) => name === 'AWS_DEFAULT_REGION')
  if (region === undefined || isNamed) return config
  return { ...config, containerParams: { ...config.containerParams, env: [...(env as unknown[]), { ...Object(region), name: 'AWS_DEFAULT_REGION' }] } }
}
