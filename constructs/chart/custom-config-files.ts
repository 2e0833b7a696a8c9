import { call, literal } from '../expression/values.ts'
import { valueOf } from '../tree/marks.ts'
import { value } from '../values/value.ts'

const PARAMS = {
  container: call('json', call('orElse', value('config.ingestionPods.customConfig.containerParams'), literal({}))),
  workflow: call('json', call('orElse', value('config.ingestionPods.customConfig.workflowParams'), literal({}))),
}

/** A change of the operator's own fields starts the runner anew, which reads them at the start. */
export const CUSTOM_CONFIG_CHECKSUM = call('sha256', call('concat', PARAMS.container, PARAMS.workflow))

/** What the runner finds in its folder of the operator's own fields, by the file's name. JSON is YAML. */
export function customConfigFiles(): Record<string, string> {
  return { 'container-params.yaml': valueOf(PARAMS.container), 'workflow-params.yaml': valueOf(PARAMS.workflow) }
}
