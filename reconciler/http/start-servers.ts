import type { Config } from '../config.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { liveness, type Progress, readiness } from './health.ts'
import { type HttpServer, serveHttp } from './http-server.ts'

/** What is asked of the agent by its probes. */
interface AgentState {
  readonly progress: () => Progress
  readonly isSynced: () => boolean
}

/** Health on one port, metrics on another. */
export async function startServers({ healthPort, metrics: exposed }: Config, state: AgentState, metrics: Metrics): Promise<readonly HttpServer[]> {
  const health = await serveHttp(healthPort, {
    '/livez': () => liveness(state.progress()),
    '/readyz': () => readiness(state.isSynced()),
  })
  const exposition = await serveHttp(exposed.port, {
    [exposed.path]: async () => {
      const { text, contentType } = await metrics.expose()
      return { status: 200, contentType, text }
    },
  })
  return [health, exposition]
}
