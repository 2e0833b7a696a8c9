import { Counter, Gauge, type Registry } from 'prom-client'
import { type ApiLimiterState, CALL_PRIORITIES } from '../cluster/api-limiter.ts'

/** The queue of calls to the Kubernetes API, read at each scrape. */
export function exposeApiCalls(registry: Registry, read: () => ApiLimiterState): void {
  const waiting: Gauge = new Gauge({
    name: 'collate_hybrid_agent_kubernetes_calls_waiting',
    help: 'Calls to the Kubernetes API that wait for their turn, by priority',
    labelNames: ['priority'],
    registers: [registry],
    collect: () => {
      for (const priority of CALL_PRIORITIES) waiting.set({ priority }, read().waiting[priority])
    },
  })
  const gauge = (name: string, help: string, value: () => number): void => {
    const one: Gauge = new Gauge({ name: `collate_hybrid_agent_kubernetes_${name}`, help, registers: [registry], collect: () => one.set(value()) })
  }
  const counter = (name: string, help: string, value: () => number): void => {
    const one: Counter = new Counter({
      name: `collate_hybrid_agent_kubernetes_${name}`,
      help,
      registers: [registry],
      collect: () => {
        one.reset()
        one.inc(value())
      },
    })
  }
  gauge('calls_in_flight', 'Calls to the Kubernetes API that wait for their answer', () => read().inFlight)
  gauge('paused_seconds', 'How long the Kubernetes API has asked to be left alone from now on', () => read().pausedForMs / 1000)
  counter('throttled_total', 'Times the Kubernetes API asked for less (HTTP 429)', () => read().throttled)
  counter('calls_total', 'Calls to the Kubernetes API and starts of watches', () => read().admitted)
  counter('calls_wait_seconds_total', 'What all calls to the Kubernetes API together have waited for their turn', () => read().waitedMs / 1000)
}
