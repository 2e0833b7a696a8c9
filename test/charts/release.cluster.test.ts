/** The life of a release under the Simple Kubernetes executor. */
import { afterAll, beforeAll, test } from 'vitest'
import type { Place } from '../scenario/place.ts'
import { expectWholeLife } from './release-life.ts'
import type { HelmMajor } from './helm.ts'
import { openReleasePlace, releasedAt, untilOnly } from './released.ts'

/** Real minutes, for the clock of Kubernetes, and Helm 3, which goes the same way: only when nothing is left out. */
const IS_ALL = process.env['HYBRID_RUNNER_TEST_ALL'] === '1'
const HELMS: readonly HelmMajor[] = IS_ALL ? [4, 3] : [4]

let place: Place
beforeAll(async () => {
  place = await openReleasePlace({ namespacePrefix: 'release' })
})
afterAll(async () => place?.stop())

test.each(HELMS)(
  'a release, by Helm %i, runs, schedules, tests a connection, kills and shows logs, is upgraded in between, passes its own test, and leaves nothing',
  async (helm) => {
    const released = await releasedAt(place, { agentId: 'released', helm })
    await expectWholeLife(released, { firing: IS_ALL ? 'clock' : 'hand', isUpgraded: true })
    await untilOnly(place, released.release.namespace)
  },
)
