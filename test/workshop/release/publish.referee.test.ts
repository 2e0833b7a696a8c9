/** The steps of the release workflow that a registry, GitHub and the chart repository see, run as they stand. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../../package.json' with { type: 'json' }
import { CHART_FOLDER } from '../../charts/release.ts'
import { helmProgram } from '../../charts/helm.ts'
import { run } from '../../cluster/shell.ts'
import { CHARTS_URL, openWorkflowStage, type WorkflowStage } from './workflow-stage.ts'

const { name, version: VERSION } = packageJson

let stage: WorkflowStage
beforeEach(async () => {
  stage = await openWorkflowStage()
})
afterEach(async () => stage.stop())

/** As the workflow does it for a tag: in a fresh checkout, with what `make release` has made. */
async function publish(version: string): Promise<void> {
  const checkout = await stage.checkOut()
  const out = join(checkout, 'dist/release')
  await mkdir(join(out, 'charts'), { recursive: true })
  await writeFile(join(out, `${name}-${version}.cdx.json`), '{}')
  await writeFile(join(out, 'digests.json'), '{}')
  await run(await helmProgram(4), ['package', CHART_FOLDER, '--version', version, '--destination', join(out, 'charts')])
  await stage.step('Publish', { checkout, tag: `v${version}` })
}

async function versionsInIndex(): Promise<readonly string[] | undefined> {
  const { entries } = parse(await stage.published('index.yaml')) as {
    readonly entries: Record<string, readonly { readonly version: string; readonly urls: readonly string[] }[]>
  }
  return entries[name]?.map(({ version, urls }) => `${version} ${urls.join(' ')}`).toSorted()
}

const inIndex = (version: string): string => `${version} ${CHARTS_URL}/${name}-${version}.tgz`
const filesOf = (version: string): string[] => ['digests.json', `${name}-${version}.cdx.json`, `${name}-${version}.tgz`]

test('the first release begins the chart repository, the next one adds to it, and nothing else is in it', async () => {
  await publish('0.1.0')
  await publish('0.2.0')
  expect(await versionsInIndex()).toEqual(['0.1.0', '0.2.0'].map(inIndex))
  expect(await stage.publishedFiles()).toEqual([`${name}-0.1.0.tgz`, `${name}-0.2.0.tgz`, 'index.yaml'])
  expect(await stage.filesOf('v0.1.0')).toEqual(filesOf('0.1.0'))
  expect(await stage.filesOf('v0.2.0')).toEqual(filesOf('0.2.0'))
})

test.each(['release create', 'release upload', 'release edit'])(
  'a release that broke off at "gh %s" is a draft at most, and a re-run does the rest',
  async (words) => {
    await stage.failNext(words)
    await expect(publish('0.1.0')).rejects.toThrow('no answer')
    await publish('0.1.0')
    expect(await stage.filesOf('v0.1.0')).toEqual(filesOf('0.1.0'))
    expect(await versionsInIndex()).toEqual([inIndex('0.1.0')])
  },
)

test('pages that are not built are told, and stop nothing', async () => {
  await stage.failNext('api --silent')
  await publish('0.1.0')
  expect(await stage.filesOf('v0.1.0')).toEqual(filesOf('0.1.0'))
})

test('a version with a hyphen is a pre-release', async () => {
  await publish('0.2.0-rc.1')
  expect(await stage.filesOf('v0.2.0-rc.1')).toEqual(['.prerelease', ...filesOf('0.2.0-rc.1')])
})

describe('what must not be published', () => {
  const refuse = async (more: { readonly tag?: string; readonly owner?: string } = {}): Promise<string> => {
    const at = { checkout: await stage.checkOut(), tag: `v${VERSION}`, ...more }
    return await stage.step('Refuse what must not be published', at).then(
      () => 'not refused',
      (error: Error) => error.message,
    )
  }

  test('nothing, when tag, package.json and chart agree', async () => {
    expect(await refuse()).toBe('not refused')
  })

  test('a tag of another version', async () => {
    expect(await refuse({ tag: 'v9.9.9' })).toContain(`package.json has version ${VERSION}`)
  })

  test("a fork's, whose chart names another one's image", async () => {
    expect(await refuse({ owner: 'somebody-else' })).toContain("The chart's image is not ghcr.io/somebody-else/hybrid-ingestion-runner")
  })

  test('a version that is published; one of which a draft alone is there is', async () => {
    await stage.failNext('release edit')
    await expect(publish(VERSION)).rejects.toThrow('no answer')
    expect(await refuse()).toBe('not refused')
    await publish(VERSION)
    expect(await refuse()).toContain(`v${VERSION} is published`)
  })

  test('anything, when GitHub does not say whether it is published', async () => {
    await publish(VERSION)
    await stage.failNext('release view')
    expect(await refuse()).toContain(`Whether v${VERSION} is published is not known: no answer.`)
  })
})

test('the registry is told the token on stdin alone, and where the attestation looks for it', async () => {
  await stage.noteHelm()
  await stage.step('Push the image and the chart', { checkout: await stage.checkOut(), tag: 'v0.1.0' })
  const image = 'oci-archive:dist/release/hybrid-ingestion-runner-0.1.0.oci.tar docker://ghcr.io/open-hybrid/hybrid-ingestion-runner:0.1.0'
  expect((await stage.noted()).trim().split('\n')).toEqual([
    'docker login ghcr.io --username somebody --password-stdin <the-token',
    `skopeo copy --all --preserve-digests ${image} <`,
    'helm registry login ghcr.io --username somebody --password-stdin <the-token',
    'helm push dist/release/charts/hybrid-ingestion-runner-0.1.0.tgz oci://ghcr.io/open-hybrid/charts <',
  ])
})
