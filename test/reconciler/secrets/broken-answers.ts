import type { Answer, Question } from './cloud-hosts.ts'

/** Makes of an answer another one. */
export type Bend = (question: Question, answer: Answer) => Answer

function textIn({ body }: Answer): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** As gateways write them, with all that they were asked and answered. */
function page(status: number): Bend {
  return (question, answer) => {
    const asked = `${question.method} ${question.path}\n${JSON.stringify(question.headers)}\n${question.body}`
    return { status, headers: { 'content-type': 'text/html' }, body: `<html><h1>${status}</h1><pre>${asked}\n${textIn(answer)}</pre></html>` }
  }
}

/** Answers that hold the value, or what it was asked with, in a place where no client looks for it. */
export const BROKEN_ANSWERS: Readonly<Record<string, Bend>> = {
  'half of it': (_, answer) => ({ ...answer, body: textIn(answer).slice(0, -12) }),
  'no JSON': (_, answer) => ({ ...answer, body: `value: ${textIn(answer)}` }),
  'another shape': (_, answer) => {
    const inner = { of: textIn(answer) }
    return { ...answer, body: { SecretString: inner, value: inner, payload: inner, name: inner } }
  },
  'a page with status 502': page(502),
  'a page with status 403': page(403),
  'a page with status 400': page(400),
}
