import { FAILURE_CLASSES, type FailureClass } from '../../compiler/failure-class.ts'
import { FAILURE_CAUSES, remedyFor } from '../../reconciler/failures/failure-table.ts'
import { budgetFor, PENDING_BUDGETS } from '../../reconciler/failures/pending-budgets.ts'
import { RETRY_POLICY } from '../../reconciler/failures/retry-policy.ts'
import { END_RULES } from '../../reconciler/observe/end-rules.ts'
import { PENDING_RULES } from '../../reconciler/observe/pending-rules.ts'
import { aFailedRun } from '../support/a-failed-run.ts'
import { code, type MadePart, table } from './markdown-tables.ts'

/** The parts of `docs/failures.md` that are made from the tables which the runner itself goes by. */
export function failureParts(): readonly MadePart[] {
  return [
    { name: 'classes', markdown: table(['class', 'causes', 'tried again', 'waits at most'], FAILURE_CLASSES.map(classRow)) },
    { name: 'pending', markdown: table(['', 'class', 'what of the pod decides'], PENDING_RULES.map(ruleRow)) },
    { name: 'ends', markdown: table(['', 'class', 'what of the pod decides'], END_RULES.map(ruleRow)) },
    { name: 'runbooks', markdown: FAILURE_CLASSES.map(runbook).join('\n\n') },
  ]
}

const RETRIED = { always: 'yes', ifNotStarted: 'when its program had not started', never: 'no' } as const

function classRow(failureClass: FailureClass): string[] {
  const causes = FAILURE_CAUSES[failureClass].map(({ cause }) => code(cause)).join(', ')
  return [`[${failureClass}](#${failureClass.toLowerCase()})`, causes, RETRIED[RETRY_POLICY[failureClass].retried], budgetText(failureClass)]
}

/** How long a pod may wait for each reason that its status gives for waiting. */
function budgetText(failureClass: FailureClass): string {
  if (!PENDING_RULES.some((rule) => rule.failureClass === failureClass)) return ''
  const budgets = FAILURE_CAUSES[failureClass].map(({ example }) => budgetFor(failureClass, example))
  return [...new Set(budgets)]
    .map((name) => PENDING_BUDGETS[name])
    .map(({ variable, defaultSeconds }) => `${code(variable)} (${defaultSeconds})`)
    .join(', ')
}

function ruleRow({ failureClass, decidedBy }: { readonly failureClass: FailureClass; readonly decidedBy: string }, index: number): string[] {
  return [String(index + 1), `[${failureClass}](#${failureClass.toLowerCase()})`, decidedBy]
}

function runbook(failureClass: FailureClass): string {
  const { retried, reason } = RETRY_POLICY[failureClass]
  const causes = FAILURE_CAUSES[failureClass].map((cause) => causeSection(failureClass, cause))
  return [`### ${failureClass}`, `Tried again: ${RETRIED[retried]}. ${reason}`, ...causes].join('\n\n')
}

function causeSection(failureClass: FailureClass, { cause, meaning, example }: (typeof FAILURE_CAUSES)[FailureClass][number]): string {
  const remedy = remedyFor(failureClass, example, aFailedRun())
  return [`#### ${failureClass}/${cause}`, meaning, fenced(example), fenced(remedy)].join('\n\n')
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``
}
