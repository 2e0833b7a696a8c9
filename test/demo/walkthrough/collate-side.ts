import { randomUUID } from 'node:crypto'
import { formatTable } from '../../../reconciler/cli/table.ts'
import { waitFor } from '../../cluster/waiting.ts'
import type { Collate } from '../../collate/client.ts'
import type { Rest } from '../../collate/openmetadata-client.ts'
import { botOf, type Entity, makeConnectionTest, makePipeline, makeService } from '../../ingestion-package/shop-catalog.ts'
import type { Postgres } from '../../postgres/postgres.ts'
import { type LockedCatalog, lockCatalog } from './locked-catalog.ts'
import { AGENT, type Deed } from './step.ts'

const RUN_MS = 300_000

export interface CollateSideOptions {
  readonly collate: Collate
  readonly postgres: Postgres
  /** Where pods find the REST API: `http://<host>:<port>/api`. */
  readonly hostPort: string
  /** A connection to the database whose password is that text. */
  readonly connection: (password: string) => object
}

/** What Collate and the people at its screens do in the walk, and what they see of it. */
export class CollateSide {
  /** Of the run that was asked for last. */
  lastRun = ''
  readonly #options: CollateSideOptions
  readonly #rest: Rest
  #nightly: { readonly service: Entity; readonly pipeline: Entity } | undefined
  #lock: LockedCatalog | undefined

  constructor(options: CollateSideOptions) {
    this.#options = options
    this.#rest = botOf(options.collate)
  }

  async do(deed: Deed): Promise<string> {
    return this.#deeds[deed]()
  }

  async stop(): Promise<void> {
    await this.#lock?.release()
  }

  readonly #deeds: Readonly<Record<Deed, () => Promise<string>>> = {
    untilActive: async () => {
      const { agentId, state } = await this.#options.collate.waitForRunner(AGENT, 'Active')
      return formatTable([
        ['RUNNER', 'STATE'],
        [agentId, state],
      ])
    },
    testConnection: async () => this.#testConnection('secret:shop-password'),
    testMissingSecret: async () => this.#testConnection('secret:shop-passwrod'),
    deploy: async () => {
      const { service, pipeline } = await this.#shop()
      return this.#ask('pipeline/deploy', { ingestionPipeline: { ...this.#whole(pipeline), updatedAt: Date.now() }, service })
    },
    untilFired: async () => {
      const known = new Set((await this.#options.collate.history()).map(({ runId }) => runId))
      const { pipeline } = await this.#shop()
      const fresh = async (): Promise<string | undefined> =>
        (await this.#options.collate.history({ fqn: pipeline.fullyQualifiedName })).find(({ runId }) => !known.has(runId))?.runId
      const runId = await waitFor(fresh, { what: 'a run by schedule' })
      return this.#states(runId)
    },
    switchOff: async () => this.#tell('pipeline/toggle', { enabled: false }),
    run: async () => this.#run((await this.#shop()).pipeline),
    readCatalog: async () => this.#tables(),
    readLog: async () => this.#log(),
    runLong: async () => {
      this.#lock = await lockCatalog(this.#options.postgres, 'shop')
      return this.#run(await this.#pipeline('locked'), 'running')
    },
    kill: async () => {
      const answer = await this.#ask('run/kill', { runId: this.lastRun })
      const states = await this.#states(this.lastRun)
      await this.#lock?.release()
      return `${answer}\n${states}`
    },
    runMissingSecret: async () => {
      const service = await makeService(this.#rest, 'mistyped', this.#options.connection('secret:shop-passwrod'))
      return this.#run(await makePipeline(this.#rest, service), undefined, service)
    },
    deletePipeline: async () => this.#tell('pipeline/delete'),
  }

  async #shop(): Promise<{ readonly service: Entity; readonly pipeline: Entity }> {
    if (this.#nightly !== undefined) return this.#nightly
    const service = await makeService(this.#rest, 'shop', this.#options.connection('secret:shop-password'))
    const pipeline = await makePipeline(this.#rest, service, { airflowConfig: { scheduleInterval: '* * * * *', maxActiveRuns: 1 } })
    this.#nightly = { service, pipeline }
    return this.#nightly
  }

  async #pipeline(name: string): Promise<Entity> {
    return makePipeline(this.#rest, (await this.#shop()).service, { name })
  }

  #server(): object {
    const jwtToken = this.#options.collate.tokens['bot'] ?? ''
    return { hostPort: this.#options.hostPort, authProvider: 'openmetadata', securityConfig: { jwtToken } }
  }

  #whole(pipeline: Entity): Entity {
    return { ...pipeline, loggerLevel: 'INFO', openMetadataServerConnection: this.#server() }
  }

  /** Sends a request over the link, and gives its answer as it is read. */
  async #ask(method: string, params: object, queuedFor?: string): Promise<string> {
    const options = { agentId: AGENT, ...(queuedFor === undefined ? {} : { queuedFor }) }
    const answer = await this.#options.collate.call(method, { runner: AGENT, ...params }, options)
    if (!('result' in answer)) throw new Error(`${method} was answered with ${JSON.stringify(answer)}`)
    const { code, reason, data } = answer.result as { readonly code: number; readonly reason?: string; readonly data?: object }
    if (code !== 200) throw new Error(`${method} was answered with ${JSON.stringify(answer.result)}`)
    return [`${method}: ${code}`, reason, data === undefined ? undefined : JSON.stringify(data)].filter((part) => part !== undefined).join('  ')
  }

  async #tell(method: string, more: object = {}): Promise<string> {
    const { id, fullyQualifiedName } = (await this.#shop()).pipeline
    return this.#ask(method, { ingestionPipeline: { id, fullyQualifiedName, updatedAt: Date.now() }, ...more })
  }

  /** Runs a pipeline and follows it to its end, or to the state that is named. */
  async #run(pipeline: Entity, upTo?: string, service?: Entity): Promise<string> {
    this.lastRun = randomUUID()
    const params = { runId: this.lastRun, ingestionPipeline: this.#whole(pipeline), service: service ?? (await this.#shop()).service }
    const answer = await this.#ask('pipeline/run', params, pipeline.fullyQualifiedName)
    return `${answer}\n${await this.#states(this.lastRun, upTo)}`
  }

  /** The states of a run as Collate is told them, from the first one on. */
  async #states(runId: string, upTo?: string): Promise<string> {
    const { collate } = this.#options
    const rows: string[][] = [['SECONDS', 'STATE', 'TOLD BY']]
    const words: string[] = []
    let [afterSeq, firstMs] = [0, 0]
    for (;;) {
      const { seq, at, writer, status } = await collate.waitForStatus({ runId, afterSeq }, RUN_MS)
      firstMs ||= at
      afterSeq = seq
      rows.push([((at - firstMs) / 1000).toFixed(1), status.pipelineState, TOLD_BY[writer] ?? writer])
      const isEnd = status.endDate !== undefined && status.pipelineState !== 'running' && status.pipelineState !== 'queued'
      if (isEnd || status.pipelineState === upTo) {
        words.push(...(await this.#runnersWords(runId)))
        return [formatTable(rows), ...words].join('\n')
      }
    }
  }

  /** What the runner has added to the end of a run, which comes a moment after the pod's own word. */
  async #runnersWords(runId: string): Promise<readonly string[]> {
    const last = (await this.#options.collate.history({ runId })).at(-1)
    if (last?.status.pipelineState !== 'failed') return []
    const { status } = await this.#options.collate.waitForStatus({ runId, writer: 'runner' })
    const steps = (status.status ?? []) as readonly { readonly name: string; readonly failures?: readonly { readonly error: string }[] | null }[]
    return steps.filter(({ name }) => name === 'Hybrid Ingestion Runner').flatMap(({ failures }) => (failures ?? []).map(({ error }) => error))
  }

  async #testConnection(password: string): Promise<string> {
    const runId = randomUUID()
    const made = await makeConnectionTest(this.#rest, this.#options.connection(password), runId)
    await this.#ask('automation/run', { runId, workflow: { ...made, openMetadataServerConnection: this.#server() } })
    const ended = async (): Promise<TestedConnection | undefined> => {
      const shown = (await this.#options.collate.workflows()).find(({ name }) => name === made.name) as TestedConnection | undefined
      const isTold = shown?.response?.steps?.every(({ passed, message }) => passed || message?.includes('Secret') === true) === true
      return isTold && ENDED.has(shown.status ?? '') ? shown : undefined
    }
    const { response } = await waitFor(ended, { what: `the end of ${made.name}`, timeoutMs: RUN_MS })
    const rows = (response?.steps ?? []).map(({ name, passed }) => [name, passed ? 'passed' : 'failed'])
    const words = (response?.steps ?? []).flatMap(({ passed, message }) => (passed ? [] : [message ?? '']))
    return [formatTable([['STEP', 'RESULT'], ...rows]), ...words].join('\n')
  }

  async #tables(): Promise<string> {
    const { body } = await this.#rest('GET', '/tables?service=shop')
    const { data } = body as { readonly data: readonly CatalogTable[] }
    const rows = data.map(({ fullyQualifiedName, tableType, columns }) => [fullyQualifiedName, tableType, columns.map(({ name }) => name).join(', ')])
    return formatTable([['TABLE', 'TYPE', 'COLUMNS'], ...rows.toSorted()])
  }

  async #log(): Promise<string> {
    const answer = await this.#options.collate.call('run/logs', { runner: AGENT, runId: this.lastRun }, { agentId: AGENT })
    const { data } = ('result' in answer ? answer.result : {}) as { readonly data?: { readonly ingestion_task?: string } }
    return (data?.ingestion_task ?? '').trimEnd().split('\n').slice(-LOG_LINES).join('\n')
  }
}

/** Of an automation workflow: its work is done, whatever came of it. */
const ENDED: ReadonlySet<string> = new Set(['Successful', 'Failed'])
const LOG_LINES = 14
const TOLD_BY: Readonly<Record<string, string>> = { server: 'Collate itself', bot: 'the pod', runner: 'the runner' }

interface CatalogTable {
  readonly fullyQualifiedName: string
  readonly tableType: string
  readonly columns: readonly { readonly name: string }[]
}

interface TestedConnection {
  readonly status?: string
  readonly response?: { readonly steps?: readonly { readonly name: string; readonly passed: boolean; readonly message?: string }[] }
}
