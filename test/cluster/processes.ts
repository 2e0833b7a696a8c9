import { readFile } from 'node:fs/promises'
import { PATIENCE_MS, waitFor } from './waiting.ts'

const GRACE_MS = 4_000

/**
 * Ends all processes that `list` gives, until it gives none: asks them to stop, and kills those that are still there
 * after the grace time. Processes that appear meanwhile are asked, too.
 */
export async function endProcesses(list: () => Promise<readonly number[]>, graceMs = GRACE_MS): Promise<void> {
  const killAt = performance.now() + graceMs
  const asked = new Set<number>()
  await waitFor(
    async () => {
      const alive = await withoutZombies(await list())
      for (const pid of alive) {
        if (performance.now() >= killAt) signal(pid, 'SIGKILL')
        else if (!asked.has(pid)) signal(pid, 'SIGTERM')
        asked.add(pid)
      }
      return alive.length === 0 ? true : undefined
    },
    { what: 'the end of all processes', timeoutMs: graceMs + PATIENCE_MS, everyMs: 20 },
  )
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A zombie has ended; only its parent can take it off the list. */
async function withoutZombies(pids: readonly number[]): Promise<readonly number[]> {
  const states = await Promise.all(pids.map(processState))
  return pids.filter((_pid, index) => states[index] !== undefined && states[index] !== 'Z' && states[index] !== 'X')
}

async function processState(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)
}
