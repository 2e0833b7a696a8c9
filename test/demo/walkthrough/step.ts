/** What a step has Collate do; see collate-side.ts. */
export type Deed =
  | 'untilActive'
  | 'testConnection'
  | 'testMissingSecret'
  | 'deploy'
  | 'untilFired'
  | 'switchOff'
  | 'run'
  | 'readCatalog'
  | 'readLog'
  | 'runLong'
  | 'kill'
  | 'runMissingSecret'
  | 'deletePipeline'

/** One thing of the walk: words of the page, a command that is typed, or something that Collate does. */
export type Step =
  | { readonly says: string }
  /** A file beside the commands. */
  | { readonly file: string; readonly content: string }
  | {
      readonly shell: string
      /** Typed again until its output fits: the cluster needs a moment. */
      readonly until?: RegExp
      /** No more than the last lines are shown. */
      readonly last?: number
    }
  | { readonly collate: string; readonly deed: Deed }

export const RELEASE = 'collate-prod'
export const NAMESPACE = 'ingestion-runner'
export const AGENT = 'aws-prod'

/** In a command it stands for the id of the last run that Collate asked for. */
export const LAST_RUN = '{run}'
