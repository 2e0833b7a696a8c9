import { PROTOCOL_VERSIONS } from '../../reconciler/link/protocol.ts'
import type { HelloResult } from '../../reconciler/link/protocol.ts'
import { createAutomationWorkflows } from './automation-workflows.ts'
import type { AutomationWorkflows } from './automation-workflows.ts'
import { createCatalog } from './catalog.ts'
import type { Catalog } from './catalog.ts'
import { createDesiredStates } from './desired.ts'
import type { DesiredStates } from './desired.ts'
import { createLink } from './link.ts'
import type { Link } from './link.ts'
import { createListener } from './listener.ts'
import type { Listener } from './listener.ts'
import { createMemory } from './memory.ts'
import type { Memory } from './memory.ts'
import { createMisbehaviours } from './misbehaviour.ts'
import type { Misbehaviours } from './misbehaviour.ts'
import { createPipelineStatuses } from './pipeline-statuses.ts'
import type { PipelineStatuses } from './pipeline-statuses.ts'
import { serveRest } from './rest.ts'
import { createRouter } from './routes.ts'
import { createRunLogs } from './run-logs.ts'
import type { RunLogs } from './run-logs.ts'
import { createTokens } from './tokens.ts'
import type { Tokens } from './tokens.ts'

/** What can be changed while it runs. */
interface CollateSettings {
  serverVersion: string
  heartbeatIntervalMs: number
  retryAfterMs: number | null
  /** What it speaks, the best first. */
  protocolVersions: readonly string[]
  /** Members of its answer to a hello that no version of the protocol has. */
  helloExtras: Readonly<Record<string, unknown>>
}

export interface CollateOptions extends Pick<CollateSettings, 'serverVersion' | 'heartbeatIntervalMs' | 'retryAfterMs'> {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly tokens: Readonly<Record<string, string>>
}

/** The reference server: everything but its control API. */
export interface CollateServer extends Listener {
  readonly settings: CollateSettings
  readonly memory: Memory
  readonly tokens: Tokens
  readonly misbehaviours: Misbehaviours
  readonly statuses: PipelineStatuses
  readonly logs: RunLogs
  readonly workflows: AutomationWorkflows
  readonly catalog: Catalog
  readonly desired: DesiredStates
  readonly link: Link
  /** As freshly started: nothing remembered, no socket, no misbehaviour, the first tokens and settings. */
  forget(): void
}

export function createCollateServer(options: CollateOptions): CollateServer {
  const settings = settingsOf(options)
  const memory = createMemory()
  const tokens = createTokens(options.tokens)
  const misbehaviours = createMisbehaviours(memory.changed)
  const statuses = createPipelineStatuses(memory)
  const logs = createRunLogs(memory.changed)
  const workflows = createAutomationWorkflows(memory.changed)
  const catalog = createCatalog(memory.changed)
  const desired = createDesiredStates()
  const link = createLink({
    memory,
    desired,
    tokens,
    misbehaviours,
    helloResult: () => helloResultOf(settings),
    protocolVersions: () => settings.protocolVersions,
  })
  const route = createRouter({ statuses, logs, workflows, catalog, serverVersion: () => settings.serverVersion })

  const listener = createListener({
    host: options.host,
    port: options.port,
    onRequest: (request, response) => void serveRest({ memory, tokens, misbehaviours, route }, request, response),
    onUpgrade: link.upgrade,
  })

  return {
    ...listener,
    settings,
    memory,
    tokens,
    misbehaviours,
    statuses,
    logs,
    workflows,
    catalog,
    desired,
    link,
    forget: () => {
      misbehaviours.end()
      for (const part of [link, statuses, logs, workflows, catalog, desired, memory]) part.forget()
      tokens.replace(options.tokens)
      Object.assign(settings, settingsOf(options))
    },
  }
}

function settingsOf({ serverVersion, heartbeatIntervalMs, retryAfterMs }: CollateOptions): CollateSettings {
  return { serverVersion, heartbeatIntervalMs, retryAfterMs, protocolVersions: PROTOCOL_VERSIONS, helloExtras: {} }
}

function helloResultOf({ serverVersion, heartbeatIntervalMs, retryAfterMs, helloExtras }: CollateSettings): Omit<HelloResult, 'protocolVersion'> {
  const base = { serverVersion, heartbeatIntervalMs, ...helloExtras }
  return retryAfterMs === null ? base : { ...base, retryAfterMs }
}
