import { RUNNER_IMAGE_VALUES } from '../image/runner-image.ts'
import { PACKAGE_IMAGE } from './image.ts'

/** What the package needs to run at all; its own image and the runner's. */
export const PACKAGE_POLICY = {
  INGESTION_IMAGE: `${PACKAGE_IMAGE}:om-0.0.0-cl-0.0.0`,
  RUNNER_IMAGE: `${RUNNER_IMAGE_VALUES.repository}:${RUNNER_IMAGE_VALUES.tag}`,
  INGESTION_CPU_LIMIT: '2',
  INGESTION_MEMORY_REQUEST: '256Mi',
  INGESTION_MEMORY_LIMIT: '1Gi',
}
