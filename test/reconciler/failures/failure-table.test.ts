import { describe, expect, test } from 'vitest'
import { FAILURE_CLASSES, type FailureClass } from '../../../compiler/failure-class.ts'
import { classAndCause, FAILURE_CAUSES, failureCause, remedyFor } from '../../../reconciler/failures/failure-table.ts'
import { aFailedRun } from '../../support/a-failed-run.ts'

const EVERY_CAUSE = FAILURE_CLASSES.flatMap((failureClass) => FAILURE_CAUSES[failureClass].map((cause) => ({ failureClass, ...cause })))

describe('the table of failures', () => {
  test.each(EVERY_CAUSE)('knows its own example of $failureClass/$cause, and has a remedy for it', ({ failureClass, cause, example }) => {
    expect(failureCause(failureClass, example)).toBe(cause)
    expect(remedyFor(failureClass, example, aFailedRun())).not.toMatch(/^$|undefined/)
  })

  test.each(FAILURE_CLASSES)('takes any text of %s', (failureClass) => {
    expect(failureCause(failureClass, 'nobody foresaw this')).toBe(FAILURE_CAUSES[failureClass].at(-1)?.cause)
    expect(failureCause(failureClass, '')).not.toBe('')
  })

  test('has names that may be labels of metrics, each once in its class', () => {
    for (const failureClass of FAILURE_CLASSES) {
      const names = FAILURE_CAUSES[failureClass].map(({ cause }) => cause)
      expect(new Set(names).size).toBe(names.length)
      for (const name of names) expect(name).toMatch(/^[a-zA-Z]+$/)
    }
  })
})

describe('the cause of', () => {
  test.each<[FailureClass, string, string]>([
    ['Unschedulable', '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: x}. preemption: 0/3 nodes are available', 'taint'],
    ['Unschedulable', '1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }', 'other'],
    ['Unschedulable', '0/1 nodes are available: 1 node(s) had untolerated taint(s).', 'taint'],
    ['Unschedulable', "0/4 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector.", 'resources'],
    ['Unschedulable', '1 Insufficient nvidia.com/gpu.', 'resources'],
    ['Unschedulable', "1 node(s) didn't find available persistent volumes to bind", 'volume'],
    ['ImagePull', 'failed to resolve reference "x:y": x:y: not found', 'notFound'],
    [
      'ImagePull',
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      'unauthorized',
    ],
    ['ImagePull', 'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized', 'unauthorized'],
    ['ImagePull', 'unexpected status code [manifests 1]: 403 Forbidden', 'unauthorized'],
    ['ImagePull', 'dial tcp: lookup registry.example.com: no such host', 'unreachable'],
    ['ImagePull', 'Head "https://r/v2/": http: server gave HTTP response to HTTPS client', 'unreachable'],
    ['ImagePull', 'Back-off pulling image "x"', 'other'],
    ['ConfigError', 'CreateContainerConfigError: configmap "drivers" not found', 'configMap'],
    ['ConfigError', 'FailedMount: MountVolume.SetUp failed for volume "v" : references non-existent secret key: k', 'key'],
    ['ExitCode', 'container main ended with exit code 1', 'error'],
    ['ExitCode', 'container main ended with exit code 137', 'killed'],
    ['ExitCode', 'container main ended with exit code 13', 'other'],
    ['Evicted', 'Evicted: Usage of EmptyDir volume "tmp" exceeds the limit "1Gi". ', 'storage'],
    ['Evicted', 'Evicted: Container main exceeded its local ephemeral storage limit "1Gi". ', 'storage'],
    ['OOMKilled', 'container istio-proxy was killed for using more memory than its limit of 64Mi (exit code 137)', 'otherContainer'],
    ['OOMKilled', 'container secrets was killed for using more memory than its limit of 256Mi (exit code 137)', 'secretsCheck'],
    ['SecretUnreadable', '- "secret:a" in Kubernetes (no-credentials): no', 'token'],
    ['SecretUnreadable', '- "secret:a" in AWS Secrets Manager (no-credentials): no', 'credentials'],
    ['SecretUnreadable', '- "secret:a" in Azure Key Vault (expired-token): no', 'credentials'],
    ['ExitCode', 'init container secrets ended with exit code 134', 'secretsCheck'],
    ['ExitCode', 'init container secrets-of-vault ended with exit code 1', 'initContainer'],
  ])('%s "%s" is %s', (failureClass, message, cause) => {
    expect(classAndCause(failureClass, message)).toBe(`${failureClass}/${cause}`)
  })
})

test('a message of the scheduler that holds several reasons gets a remedy for each', () => {
  const remedy = remedyFor(
    'Unschedulable',
    "1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}, 1 node(s) didn't match Pod's node affinity/selector",
    aFailedRun(),
  )
  for (const words of ['taint a=b', 'enough free cpu', 'nodeSelector or affinity']) expect(remedy).toContain(words)
})
