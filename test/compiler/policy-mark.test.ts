import { expect, test } from 'vitest'
import { policyMark } from '../../compiler/schedule/policy-mark.ts'
import type { Policy } from '../../compiler/policy.ts'
import { aPolicy } from './examples/policy.ts'
import { aDeploy, admittedSchedule } from './examples/schedule.ts'

const policy = aPolicy()
const VARIANTS: readonly Policy[] = [
  policy,
  { ...policy, namespace: 'elsewhere', serviceAccountName: 'another', imagePullSecrets: ['pull'] },
  { ...policy, secretsManager: 'aws' },
  { ...policy, secretsManager: 'aws-ssm' },
  { ...policy, isVersionValidationOff: !policy.isVersionValidationOff },
  { ...policy, isImageTagDynamic: false },
]
const VERSIONS = ['1.11.1', '1.13.0', '1.13.2']

test('two policies have one mark exactly when they make one payload of one deploy', () => {
  const made = VARIANTS.flatMap((variant) =>
    VERSIONS.map((serverVersion) => ({
      mark: policyMark(variant, { serverVersion }),
      payload: admittedSchedule(aDeploy(), variant, { serverVersion }).payload.digest,
    })),
  )
  for (const one of made) for (const other of made) expect(one.mark === other.mark).toBe(one.payload === other.payload)
  expect(new Set(made.map(({ mark }) => mark)).size).toBeGreaterThan(3)
})
