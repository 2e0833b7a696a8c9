import type { RunLogParams } from '../../reconciler/link/protocol.ts'
import type { ConnectionEntry } from './entries.ts'
import type { FrameIssue } from './link-frame.ts'
import type { Memory } from './memory.ts'

/** Writes what happens on one connection into the memory. */
export interface ConnectionNotes {
  received(data: string | Buffer, method: string | null): void
  /** Keeps the outline only: what we send holds connections and tokens. */
  sent(data: string | Buffer, method: string | null): void
  violations(issues: readonly FrameIssue[]): void
  followed(lines: RunLogParams): void
}

export function createConnectionNotes(memory: Memory, { agentId, seq: connection }: ConnectionEntry): ConnectionNotes {
  const stamp = () => ({ seq: memory.nextSeq(), at: Date.now(), agentId, connection })
  const outline = (data: string | Buffer) => ({ bytes: Buffer.byteLength(data), isBinary: typeof data !== 'string' })
  return {
    received: (data, method) => {
      const text = typeof data === 'string' ? data : null
      memory.frames.push({ ...stamp(), direction: 'received', ...outline(data), method, text })
    },
    sent: (data, method) => {
      memory.frames.push({ ...stamp(), direction: 'sent', ...outline(data), method, text: null })
    },
    followed: (lines) => {
      memory.followed.push({ ...stamp(), ...lines })
    },
    violations: (issues) => {
      for (const issue of issues) memory.violations.push({ ...stamp(), ...issue })
    },
  }
}
