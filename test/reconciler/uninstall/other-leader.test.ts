import { expect, test } from 'vitest'
import { isPodOf } from '../../../reconciler/uninstall/other-leader.ts'

/** As Kubernetes names the pod: what stands before the random characters is cut to 58. */
function podOf(deployment: string, hash = '6c9f8d7b5'): string {
  return `${`${deployment}-${hash}-`.slice(0, 58)}x2x4z`
}

test.each([1, 29, 46, 47, 48, 49, 56, 57, 58, 59, 63])("a pod is its Deployment's where the name of that has %i characters", (length) => {
  const deployment = 'a'.repeat(length)
  expect(isPodOf(podOf(deployment), deployment)).toBe(true)
  expect(isPodOf(podOf(deployment, '75b8b55d56'), deployment)).toBe(true)
  expect(isPodOf(podOf(`b${deployment}`), deployment)).toBe(false)
  expect(isPodOf(podOf(`b${deployment.slice(1)}`), deployment)).toBe(false)
})

test("a pod is not that of a Deployment whose name only begins its own Deployment's", () => {
  expect(isPodOf(podOf('collate-prod'), 'collate')).toBe(false)
  expect(isPodOf(podOf('collate'), 'collate-prod')).toBe(false)
  expect(isPodOf(podOf('collate2'), 'collate')).toBe(false)
})

test('a holder that is no pod of a Deployment is none of this one', () => {
  for (const holder of ['', 'my-laptop', 'uninstall', 'collate-x2x4z']) expect(isPodOf(holder, 'collate')).toBe(false)
})
