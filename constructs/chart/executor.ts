import { call, named } from '../expression/values.ts'
import { value } from '../values/value.ts'

/** `true` where Argo runs the pods: it is installed with the release, or an endpoint says that it is there. Empty where it does not. */
export const IS_ARGO = named('is-argo', call('ifElse', call('or', value('installArgoWorkflows'), value('config.argoWorkflows.endpoint')), 'true', ''))

export const EXECUTOR_TYPE = call('ifElse', IS_ARGO, 'argo', 'simpleK8s')
