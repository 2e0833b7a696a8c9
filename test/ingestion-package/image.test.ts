import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PACKAGE_TAG, PACKAGE_VERSION } from './image.ts'

test("the image is named after the package's version in the list that the referees install, so that both speak of one package", () => {
  const list = readFileSync(new URL('../referees/requirements.txt', import.meta.url), 'utf8')
  const [, version] = /^openmetadata-ingestion==(\d+\.\d+\.\d+)\./m.exec(list) ?? []
  expect(version).toBe(PACKAGE_VERSION)
  expect(PACKAGE_TAG).toBe(`om-${version}-cl-${version}`)
})
