/** What of the values speaks of another executor than the one that they choose. */
import { call, isGiven, literal, valueAt } from '../expression/values.ts'
import { chartValues } from '../values/chart-values.ts'
import { type Described, describe } from '../values/described.ts'
import { value } from '../values/value.ts'
import type { Check } from './check.ts'
import { IS_ARGO } from './executor.ts'
import { OPERATORS_OWN } from './variable.ts'
import type { Warning } from './warning.ts'

const OWN_TYPE = call('valueOfName', OPERATORS_OWN, 'EXECUTOR_TYPE')
const isOwn = (name: string) => call('matches', `^[ \\t\\r\\n]*${name}[ \\t\\r\\n]*$`, OWN_TYPE)
const HOW_TO_CHOOSE = 'set installArgoWorkflows to true, or name an Argo that is there in config.argoWorkflows.endpoint'

/** Rights, table and settings are made for the executor that the values choose. A text that Kubernetes puts together nobody can judge. */
export const EXECUTOR_CHECKS: readonly Check[] = [
  {
    when: call('and', isOwn('argo'), call('not', IS_ARGO)),
    path: 'extraEnvs[EXECUTOR_TYPE]',
    message: `is argo, while the values choose Simple Kubernetes. Take it out; to have Argo, ${HOW_TO_CHOOSE}`,
  },
  {
    when: call('and', isOwn('simpleK8s'), IS_ARGO),
    path: 'extraEnvs[EXECUTOR_TYPE]',
    message:
      'is simpleK8s, while the values choose Argo. Take it out; to have pods without Argo, set installArgoWorkflows to false and leave config.argoWorkflows.endpoint empty',
  },
  {
    when: call('and', OWN_TYPE, call('not', call('or', isOwn('(argo|simpleK8s)'), call('contains', '$(', OWN_TYPE)))),
    path: 'extraEnvs[EXECUTOR_TYPE]',
    message: `must be simpleK8s or argo. Better take it out: the values choose the executor; to have Argo, ${HOW_TO_CHOOSE}`,
  },
]

const INSTALLS_ARGO = value('installArgoWorkflows')
const ENDPOINT = value('config.argoWorkflows.endpoint')
const TTL = value('config.argoWorkflows.secondsAfterCompletionTTL')

export function executorWarnings(): Warning[] {
  return [
    {
      when: call('and', INSTALLS_ARGO, ENDPOINT),
      text: 'config.argoWorkflows.endpoint has no effect beside installArgoWorkflows: true, for the Argo of the release runs the pods. Take it out; or set installArgoWorkflows to false where another Argo runs them.',
    },
    {
      when: call('and', call('not', IS_ARGO), isGiven(TTL)),
      text: `config.argoWorkflows.secondsAfterCompletionTTL has no effect without Argo: config.runTtlSeconds says how long an ended run stays. Take it out; to have Argo, ${HOW_TO_CHOOSE}.`,
    },
    {
      when: call('and', call('not', IS_ARGO), call('hasName', OPERATORS_OWN, 'PIPELINE_SERVICE_CLIENT_ENDPOINT')),
      text: 'extraEnvs sets PIPELINE_SERVICE_CLIENT_ENDPOINT, which does not choose Argo here. Write config.argoWorkflows.endpoint.',
    },
    ...ofUninstalledArgo(),
  ]
}

/** Of Argo's own settings where the release brings none. Keys that never have an effect are told of elsewhere. */
function ofUninstalledArgo(): Warning[] {
  const section = describe(chartValues).filter(({ key }) => key === 'argoWorkflows')
  return leavesOf(section)
    .filter(({ isDead }) => isDead !== true)
    .map(({ path, default: fallback }): Warning => {
      const given = valueAt(...path)
      const isChosen = fallback === undefined ? given : call('and', call('isSet', given), call('not', call('equals', given, literal(fallback))))
      return {
        when: call('and', call('not', INSTALLS_ARGO), isChosen),
        text: `${path.join('.')} has no effect, for the release installs no Argo. Take it out, or set installArgoWorkflows to true.`,
      }
    })
}

function leavesOf(described: readonly Described[]): Described[] {
  return described.flatMap((one) => (one.parts === undefined ? [one] : leavesOf(one.parts)))
}
