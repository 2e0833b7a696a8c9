import { labelValueRule } from './kubernetes-names.ts'
import type { RunSpec } from './record.ts'
import { sha256Hex } from './sha256.ts'

const PREFIX = 'hybrid-runner.collate.io'

/** Name of the record an object belongs to. */
export const LABEL_RECORD = `${PREFIX}/record`
export const LABEL_RUN_ID = `${PREFIX}/run-id`
export const LABEL_PIPELINE_ID = `${PREFIX}/pipeline-id`
export const LABEL_PIPELINE_TYPE = `${PREFIX}/pipeline-type`
/** Which runner an object belongs to: `agentLabelValue(agentId)`. */
export const LABEL_AGENT = `${PREFIX}/agent`
/** On pods: which start of the run this is, from 1. */
export const LABEL_ATTEMPT = `${PREFIX}/attempt`
/** `record`, `schedule` or `payload`: tells the objects of one record apart in a list. */
export const LABEL_ROLE = `${PREFIX}/role`
export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by'
export const MANAGED_BY = 'hybrid-ingestion-runner'

/** What is longer than a label may be. */
export const ANNOTATION_PIPELINE_FQN = `${PREFIX}/pipeline-fqn`
export const ANNOTATION_PIPELINE_NAME = `${PREFIX}/pipeline-name`

/** What kind of run it is; absent for a pipeline's. Tells where the end of a run goes whose record is gone. */
export const ANNOTATION_KIND = `${PREFIX}/kind`

/** Keeps an object until the end of its run is on the record. */
export const END_RECORDED_FINALIZER = `${PREFIX}/end-recorded`

/** What of a record stands on its objects. */
export interface LabelledRecord {
  readonly name: string
  readonly spec: Pick<RunSpec, 'agentId' | 'pipeline'> & Partial<Pick<RunSpec, 'runId' | 'kind'>>
}

/** Labels that every object of one record carries. Those of a schedule name no run: each of its runs has an id of its own. */
export function labelsForRecord({ name, spec }: LabelledRecord): Record<string, string> {
  return {
    // Not the chart's own name: a Service or NetworkPolicy of the runner must not select the pods of runs.
    'app.kubernetes.io/name': 'openmetadata-ingestion',
    'app.kubernetes.io/component': 'ingestion',
    [LABEL_MANAGED_BY]: MANAGED_BY,
    [LABEL_AGENT]: agentLabelValue(spec.agentId),
    [LABEL_RECORD]: name,
    ...(spec.runId === undefined ? {} : { [LABEL_RUN_ID]: spec.runId }),
    [LABEL_PIPELINE_ID]: labelValue(spec.pipeline.id),
    [LABEL_PIPELINE_TYPE]: labelValue(spec.pipeline.type),
  }
}

/** Annotations that every object of one record carries. */
export function annotationsForRecord({ spec }: Pick<LabelledRecord, 'spec'>): Record<string, string> {
  return {
    [ANNOTATION_PIPELINE_FQN]: spec.pipeline.fullyQualifiedName,
    [ANNOTATION_PIPELINE_NAME]: spec.pipeline.name,
    ...(spec.kind === undefined || spec.kind === 'pipeline' ? {} : { [ANNOTATION_KIND]: spec.kind }),
  }
}

/** The agent id as a label value, for selectors. */
export function agentLabelValue(agentId: string): string {
  return labelValue(agentId)
}

/** A pipeline's id as a label value, for selectors. */
export function pipelineLabelValue(pipelineId: string): string {
  return labelValue(pipelineId)
}

/** The text itself where it may be a label value, else what is left of it and a hash: any text gives a valid, stable value. */
function labelValue(text: string): string {
  if (text !== '' && labelValueRule(text) === undefined) return text
  const readable = text
    .slice(0, 200)
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 40)
    .replace(/-$/, '')
  return `${readable || 'x'}-${sha256Hex(text).slice(0, 16)}`
}
