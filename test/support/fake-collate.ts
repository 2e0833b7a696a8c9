import { type CollateApi, CollateError, type CollateErrorCode, type LogBatch } from '../../reconciler/collate/collate-api.ts'
import { linesOfText } from '../../reconciler/logs/missing-tail.ts'
import type { AutomationWorkflow, ConnectionStep, PatchStep } from '../../reconciler/report/automation-workflow.ts'
import type { PipelineStatus } from '../../reconciler/report/pipeline-status.ts'
import { Changes } from './changes.ts'

const MYSQL_STEPS: readonly ConnectionStep[] = [
  { name: 'CheckAccess', mandatory: true },
  { name: 'GetSchemas', mandatory: true },
  { name: 'GetViews', mandatory: false },
]

interface Fault {
  readonly call: keyof CollateApi
  readonly code: CollateErrorCode
  /** The write is done, and only its answer is lost. */
  readonly isDone: boolean
}

/** Collate's REST side in memory: one row a run, a write replaces it whole; automation Workflows by name. */
export class FakeCollate implements CollateApi {
  readonly changes = new Changes()
  readonly calls: string[] = []
  /** Rows in the order they were written. */
  readonly history: PipelineStatus[] = []
  /** While set, every call fails so. */
  trouble: CollateErrorCode | undefined
  /** By name. */
  readonly automations = new Map<string, AutomationWorkflow>()
  /** Streamed logs, and those that nobody adds to any more, by `fqn runId`. */
  readonly logs = new Map<string, string>()
  readonly closedLogs = new Set<string>()
  readonly #rows = new Map<string, PipelineStatus>()
  #faults: Fault[] = []

  failNext(call: Fault['call'], code: CollateErrorCode, { isDone = false } = {}): void {
    this.#faults.push({ call, code, isDone })
  }

  /** A word of the pod's own. */
  post(pipelineFqn: string, status: PipelineStatus): void {
    this.#rows.set(`${pipelineFqn} ${status.runId}`, structuredClone(status))
    this.history.push(structuredClone(status))
    this.changes.notify()
  }

  async serverVersion(): Promise<string> {
    return this.#call('serverVersion', () => '1.11.1')
  }

  async readStatus(pipelineFqn: string, runId: string): Promise<PipelineStatus | undefined> {
    return this.#call('readStatus', () => structuredClone(this.#rows.get(`${pipelineFqn} ${runId}`)))
  }

  async writeStatus(pipelineFqn: string, status: PipelineStatus): Promise<void> {
    await this.#call('writeStatus', () => this.post(pipelineFqn, status))
  }

  async readAutomation(name: string): Promise<AutomationWorkflow | undefined> {
    return this.#call('readAutomation', () => structuredClone(this.automations.get(name)))
  }

  async patchAutomation(id: string, steps: readonly PatchStep[]): Promise<void> {
    await this.#call('patchAutomation', () => {
      const [name, known] = [...this.automations].find(([, workflow]) => workflow.id === id) ?? []
      if (name === undefined || known === undefined) throw new CollateError('Refused', `there is no automation workflow ${id}`)
      this.automations.set(name, steps.reduce(patched, known))
    })
  }

  async readConnectionSteps(connectionType: string): Promise<readonly ConnectionStep[] | undefined> {
    return this.#call('readConnectionSteps', () => (connectionType === 'Mysql' ? MYSQL_STEPS : undefined))
  }

  async readLogEnd(pipelineFqn: string, runId: string, lines: number): Promise<readonly string[]> {
    return this.#call('readLogEnd', () => linesOfText(this.logs.get(`${pipelineFqn} ${runId}`) ?? '').slice(-lines))
  }

  async appendLog(pipelineFqn: string, runId: string, { logs }: LogBatch): Promise<void> {
    await this.#call('appendLog', () => this.streamLog(pipelineFqn, runId, logs))
  }

  async closeLog(pipelineFqn: string, runId: string): Promise<void> {
    await this.#call('closeLog', () => void this.closedLogs.add(`${pipelineFqn} ${runId}`))
  }

  /** Lines that the pod itself sends. */
  streamLog(pipelineFqn: string, runId: string, text: string): void {
    const key = `${pipelineFqn} ${runId}`
    this.logs.set(key, (this.logs.get(key) ?? '') + text)
  }

  async #call<T>(call: keyof CollateApi, act: () => T): Promise<T> {
    this.calls.push(call)
    this.changes.notify()
    await Promise.resolve()
    const fault = this.#faults.find((one) => one.call === call)
    this.#faults = this.#faults.filter((one) => one !== fault)
    const code = fault?.code ?? this.trouble
    if (code !== undefined && fault?.isDone !== true) throw new CollateError(code, `${call} was told to fail`)
    const answer = act()
    this.changes.notify()
    if (code !== undefined) throw new CollateError(code, `the answer of ${call} was lost`)
    return answer
  }
}

/** Fields of the top level only, which is all that the runner patches. */
function patched(workflow: AutomationWorkflow, { op, path, value }: PatchStep): AutomationWorkflow {
  const field = path.slice(1)
  if (op === 'add') return { ...workflow, [field]: value }
  if (workflow[field as keyof AutomationWorkflow] !== value) throw new CollateError('Refused', `test ${path}: the value is another one`)
  return workflow
}
