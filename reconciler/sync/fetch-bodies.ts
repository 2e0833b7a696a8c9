import type { AskDesired } from './outline.ts'

/** Asked for at once. A body may be as large as a payload, and a frame holds a few of those. */
const BODIES_PER_REQUEST = 20

/**
 * The params of `pipeline/deploy` of these pipelines, a few at a time. Those that are gone meanwhile are left out.
 *
 * A request that fails is tried with half of its pipelines: their bodies may be too large for one frame.
 */
export async function* fetchBodies(ids: readonly string[], ask: AskDesired, isLinked: () => boolean): AsyncGenerator<readonly unknown[]> {
  const chunks: (readonly string[])[] = []
  for (let from = 0; from < ids.length; from += BODIES_PER_REQUEST) chunks.push(ids.slice(from, from + BODIES_PER_REQUEST))
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    try {
      yield await bodiesOf(chunk, ask)
    } catch (error) {
      if (chunk.length === 1 || !isLinked()) throw error
      const half = Math.ceil(chunk.length / 2)
      chunks.unshift(chunk.slice(0, half), chunk.slice(half))
    }
  }
}

async function bodiesOf(pipelineIds: readonly string[], ask: AskDesired): Promise<unknown[]> {
  const bodies: unknown[] = []
  let cursor: string | undefined
  do {
    const answer = await ask({ limit: pipelineIds.length, pipelineIds: [...pipelineIds], ...(cursor === undefined ? {} : { cursor }) })
    bodies.push(...(answer.bodies ?? []))
    cursor = answer.nextCursor
  } while (cursor !== undefined && bodies.length < pipelineIds.length)
  return bodies
}
