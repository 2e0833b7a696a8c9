/** Apart from what makes the account, for the warnings, which the runner's command prints too. */
import { named } from '../../expression/values.ts'
import { value } from '../../values/value.ts'
import { accountOr } from '../names.ts'

export const IS_ACCOUNT_MADE = value('ecrRegistryHelper.serviceAccount.create')

/** The operator's, or where none is named the vendor's. */
export const REFRESHER_ACCOUNT = named('ecr-service-account', accountOr(value('ecrRegistryHelper.serviceAccount.name'), IS_ACCOUNT_MADE, 'ecr'))
