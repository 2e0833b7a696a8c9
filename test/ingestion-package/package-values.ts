import type { Values } from '../charts/release.ts'
import { PACKAGE_IMAGE } from './image.ts'

const ENOUGH = { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '10m', memory: '256Mi' } }

/** The values of a release with the package in its pods, and with what the package needs to run at all. */
export function packageValues(values: Values): Values & { readonly config: Values & { readonly ingestionPods: object } } {
  const config = values['config'] as Values
  const ingestionPods = { ...(config['ingestionPods'] as object), repository: PACKAGE_IMAGE, resources: ENOUGH, automationResources: ENOUGH }
  return { ...values, config: { ...config, ingestionPods } }
}
