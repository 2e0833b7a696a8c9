import { z } from 'zod'
import { RPC_ERROR } from './codes.ts'
import { PROTOCOL_VERSIONS } from './protocol.ts'

/** Runner and server speak no version of the protocol in common. Only a newer one of either mends that. */
export class VersionMismatch extends Error {
  constructor(serverVersions: readonly string[]) {
    super(mismatchText(serverVersions))
    this.name = 'VersionMismatch'
  }
}

/** Nothing changes before somebody upgrades one of the two, so there is no hurry. */
export const MISMATCH_RETRY_MS = 30_000

function mismatchText(serverVersions: readonly string[]): string {
  const ours = PROTOCOL_VERSIONS.join(', ')
  const theirs = serverVersions.length === 0 ? 'none of them' : `only ${serverVersions.join(', ')}`
  const isServerNewer = serverVersions.some((version) => PROTOCOL_VERSIONS.every((own) => isNewer(version, own)))
  const mend = isServerNewer ? 'upgrade the runner (its chart)' : 'ask Collate for an upgrade of the server, or install an older runner'
  return `the runner speaks version ${ours} of the protocol and Collate ${theirs}: ${mend}`
}

/** Numbers compared part by part; parts that are none count as 0. */
function isNewer(one: string, other: string): boolean {
  const partsOf = (version: string): readonly number[] => version.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const [ours, theirs] = [partsOf(one), partsOf(other)]
  const index = ours.findIndex((part, at) => part !== (theirs[at] ?? 0))
  return index >= 0 && (ours[index] ?? 0) > (theirs[index] ?? 0)
}

/** The server picked a version. Throws a VersionMismatch for one that was not offered. */
export function checkVersion(protocolVersion: string): void {
  if (!PROTOCOL_VERSIONS.includes(protocolVersion)) throw new VersionMismatch([shortened(protocolVersion)])
}

const refusal = z.object({ code: z.literal(RPC_ERROR.protocolVersion), data: z.object({ protocolVersions: z.array(z.string()) }).optional() })

/** The error that a hello failed with; a VersionMismatch where the server says so. */
export function helloError(error: unknown): unknown {
  const parsed = refusal.safeParse(error)
  return parsed.success ? new VersionMismatch((parsed.data.data?.protocolVersions ?? []).slice(0, 10).map(shortened)) : error
}

/** It goes into a log line. */
function shortened(version: string): string {
  return version.slice(0, 20)
}
