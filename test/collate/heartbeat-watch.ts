/** Knows when a runner was last heard, and whether that is longer ago than two heartbeats. */
export interface HeartbeatWatch {
  hear(): void
  lastHeardAt(): number | null
  isSilent(): boolean
  stop(): void
}

/** `changed` is called when the runner falls silent. */
export function createHeartbeatWatch(heartbeatIntervalMs: number, changed: () => void): HeartbeatWatch {
  let lastHeardAt: number | null = null
  let isSilent = false
  const silence = setTimeout(() => {
    isSilent = true
    changed()
  }, 2 * heartbeatIntervalMs)
  return {
    hear: () => {
      lastHeardAt = Date.now()
      isSilent = false
      silence.refresh()
    },
    lastHeardAt: () => lastHeardAt,
    isSilent: () => isSilent,
    stop: () => clearTimeout(silence),
  }
}
