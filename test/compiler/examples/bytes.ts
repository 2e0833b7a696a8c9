import { admitSchedule } from '../../../compiler/admit-schedule.ts'
import { compileSchedule } from '../../../compiler/compile-schedule.ts'
import { scheduleConfigMap } from '../../../compiler/schedule/schedule-config-map.ts'
import { admit } from '../../../compiler/admit.ts'
import { compile } from '../../../compiler/compile.ts'
import { formatIssues } from '../../../compiler/issue.ts'
import { payloadSecret } from '../../../compiler/payload.ts'
import type { Policy } from '../../../compiler/policy.ts'
import { recordConfigMap } from '../../../compiler/record-config-map.ts'
import { FACTS, NOW_MS, stored } from './run.ts'
import { storedSchedule } from './schedule.ts'

/** What becomes of a deploy, all of it: schedule, payload and CronJob or CronWorkflow. */
export function scheduleBytesOf(request: unknown, policy: Policy, nowMs = NOW_MS): string {
  const admitted = admitSchedule(request, policy, { ...FACTS, nowMs: NOW_MS })
  if (!admitted.ok) return formatIssues(admitted.error)
  if (admitted.value === null) return 'no schedule'
  const record = storedSchedule(admitted.value.record)
  const compiled = compileSchedule(record, policy, { ...FACTS, nowMs })
  const objects = compiled.ok ? compiled.value.objects : []
  return JSON.stringify([scheduleConfigMap(record), payloadSecret(admitted.value.payload, record), ...objects])
}

/** What becomes of a run, all of it: record, payload and Pod or Workflow; or its issues. */
export function bytesOf(request: unknown, policy: Policy): string {
  const admitted = admit(request, policy, { ...FACTS, nowMs: NOW_MS })
  if (!admitted.ok) return formatIssues(admitted.error)
  const record = stored(admitted.value.record)
  const compiled = compile(record, policy, FACTS)
  const objects = compiled.ok ? compiled.value.objects : []
  return JSON.stringify([recordConfigMap(record), payloadSecret(admitted.value.payload, record), ...objects])
}
