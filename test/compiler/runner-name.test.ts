import { expect, test } from 'vitest'
import { admit } from '../../compiler/admit.ts'
import { must } from './examples/must.ts'
import { aPolicy } from './examples/policy.ts'
import { NOW_MS } from './examples/run.ts'
import { aMetadataRun } from './examples/run-request.ts'

const FIXED = { DYNAMIC_INGESTION_VERSION_ENABLED: 'false' }
const IMAGE = 'registry.example.com/collate/ingestion'

test.each([
  { name: 'a server of 1.11', environment: {}, serverVersion: '1.11.14', isTold: false },
  { name: 'a server of 1.12, whose first images refuse it', environment: {}, serverVersion: '1.12.14', isTold: false },
  { name: 'a server of 1.13', environment: {}, serverVersion: '1.13.0', isTold: true },
  { name: 'a server of 2.0', environment: {}, serverVersion: '2.0.7-SNAPSHOT', isTold: true },
  { name: 'a server whose version is not known', environment: {}, serverVersion: undefined, isTold: false },
  { name: 'a server whose version cannot be read', environment: {}, serverVersion: 'main', isTold: false },
  { name: 'a fixed tag of 1.13', environment: { ...FIXED, INGESTION_IMAGE: `${IMAGE}:om-1.13.3-cl-1.13.3` }, serverVersion: '1.11.1', isTold: true },
  { name: 'a fixed tag of 1.11', environment: { ...FIXED, INGESTION_IMAGE: `${IMAGE}:om-1.11.1-cl-1.11.1` }, serverVersion: '1.13.0', isTold: false },
  { name: 'a tag that tells no version', environment: { ...FIXED, INGESTION_IMAGE: `${IMAGE}:latest` }, serverVersion: '1.13.0', isTold: false },
  { name: 'a digest', environment: { INGESTION_IMAGE: `${IMAGE}:om-1.13.3-cl-1.13.3@sha256:${'0'.repeat(64)}` }, serverVersion: '1.13.0', isTold: false },
])("the payload tells the runner's name only to images that take it: $name", ({ environment, serverVersion, isTold }) => {
  const facts = { nowMs: NOW_MS, ...(serverVersion === undefined ? {} : { serverVersion }) }
  const { payload } = must(admit(aMetadataRun(), aPolicy(environment), facts))
  expect('ingestionRunnerName' in (JSON.parse(payload.content) as object)).toBe(isTold)
})
