import type { Explanation } from './explain.ts'

/** An explanation for a terminal. */
export function explanationText(explanation: Explanation, nowMs: number): string {
  const { failure, notes, events, isOurs, state } = explanation
  return [
    heading(explanation),
    ...(isOurs ? [] : ['It is none of the runner’s pods: it lacks their labels. What Kubernetes says of it:']),
    `State: ${state}`,
    ...(failure === null
      ? []
      : [
          `Class: ${failure.failureClass}/${failure.cause}  (tried again: ${RETRIED[failure.isRetried] ?? failure.isRetried})`,
          block('Kubernetes says', failure.message),
          ...(failure.remedy === '' ? [] : [block('What to do', failure.remedy)]),
        ]),
    ...(notes.length === 0 ? [] : [block('To be seen', notes.join('\n'))]),
    ...(events.length === 0 ? [] : [block('Events', events.map((event) => eventLine(event, nowMs)).join('\n'))]),
    ...(failure === null ? [] : [`More: ${failure.runbook}`]),
  ].join('\n')
}

const RETRIED: Readonly<Record<string, string>> = {
  always: 'yes, as often as the pipeline says',
  ifNotStarted: 'yes, when its program had not started',
  never: 'no',
}

function heading({ pod, workflow, record, runId, pipeline, pipelineType }: Explanation): string {
  const what = pod === null ? (workflow === null ? `Record ${record}` : `Workflow ${workflow}`) : `Pod ${pod}`
  const about = [
    runId === null ? '' : `run ${runId}`,
    pipeline === null ? '' : `pipeline ${pipeline}`,
    pipelineType === null ? '' : `type ${pipelineType}`,
  ].filter(Boolean)
  return about.length === 0 ? what : `${what} (${about.join(', ')})`
}

function block(title: string, text: string): string {
  return `${title}:\n${text.replaceAll(/^/gm, '  ')}`
}

function eventLine({ reason, message, times, lastSeenMs }: Explanation['events'][number], nowMs: number): string {
  return `${Math.max(0, Math.round((nowMs - lastSeenMs) / 1000))}s ago  ${reason}${times > 1 ? ` x${times}` : ''}  ${message}`
}
