import { call } from '../expression/values.ts'
import { value } from '../values/value.ts'

/** Whether Secrets of the cluster are the store: the pods read them then, under the ingestion account. */
export const READS_SECRETS = call('or', call('equals', value('config.secretsManager'), 'kubernetes'), call('not', value('config.secretsManager')))
