import { LAST_RUN, type Step } from './step.ts'

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const FENCE = '```'
const OPENING = `${FENCE}console\n`
const COMMAND = '$ '
const COLLATE = '# Collate '

/** The page of a walk: what each step says, and what came of it. A step without an outcome has none to show. */
export function pageOf(steps: readonly Step[], outcomes: readonly string[]): string {
  const blocks = steps.map((step, index) => ({ text: blockOf(step, outcomes[index] ?? ''), isConsole: 'shell' in step || 'collate' in step }))
  // Consoles that follow each other are one.
  const joined = blocks.reduce((page, { text, isConsole }, index) => {
    const goesOn = isConsole && blocks[index - 1]?.isConsole === true
    return goesOn ? page.slice(0, -FENCE.length) + text.replace(OPENING, '\n') : `${page}${index === 0 ? '' : '\n\n'}${text}`
  }, '')
  return `${joined}\n`
}

function blockOf(step: Step, outcome: string): string {
  if ('says' in step) return step.says
  if ('file' in step) return `\`${step.file}\`:\n\n\`\`\`yaml\n${step.content.trim()}\n\`\`\``
  return `${OPENING}${'shell' in step ? COMMAND + step.shell : COLLATE + step.collate}\n${outcome === '' ? '' : `${outcome}\n`}${FENCE}`
}

/** A page without all that a run of it decides: what came of the steps, and ids. */
export function withoutOutcomes(page: string): string {
  let isConsole = false
  const lines = page.split('\n').filter((line) => {
    if (line.startsWith(FENCE)) isConsole = `${line}\n` === OPENING
    return !isConsole || [FENCE, COMMAND, COLLATE].some((start) => line.startsWith(start))
  })
  return lines.join('\n').replaceAll(UUID, LAST_RUN)
}
