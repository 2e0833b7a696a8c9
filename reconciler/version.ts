import manifest from '../package.json' with { type: 'json' }

/** The runner's own version, as told to Collate with every answer and status. */
export const RUNNER_VERSION: string = manifest.version
