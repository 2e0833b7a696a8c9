import { ANSWER_CODES, CLOSE_CODES, RPC_ERROR, RPC_ERROR_MEANINGS } from '../../reconciler/link/codes.ts'
import type { RunnerMethod, ServerMethod } from '../../reconciler/link/methods.ts'
import { serviceResponse } from '../../reconciler/link/protocol.ts'
import { code, type MadePart, table } from './markdown-tables.ts'
import { EXAMPLES } from './protocol-examples.ts'
import { fieldsOf } from './protocol-fields.ts'
import { jsonSchemaOf, type PublishedMethod, publishedMethods } from './protocol-schema.ts'

/** The parts of docs/protocol.md that the schemas and tables of the program give. */
export function protocolParts(): MadePart[] {
  const methods = publishedMethods()
  const of = (wanted: PublishedMethod['direction']): PublishedMethod[] => methods.filter(({ direction }) => direction === wanted)
  return [
    { name: 'methods', markdown: table(['method', 'direction', 'kind', 'what for'], methods.map(methodRow)) },
    { name: 'to-the-server', markdown: of('to the server').map(section).join('\n\n') },
    { name: 'to-the-runner', markdown: of('to the runner').map(section).join('\n\n') },
    { name: 'answer', markdown: fieldTable(fieldsOf(jsonSchemaOf(serviceResponse))) },
    {
      name: 'answer-codes',
      markdown: table(
        ['code', 'meaning'],
        Object.entries(ANSWER_CODES).map(([number, meaning]) => [code(number), meaning]),
      ),
    },
    { name: 'errors', markdown: table(['code', 'name', 'meaning'], Object.entries(RPC_ERROR).map(errorRow)) },
    {
      name: 'close-codes',
      markdown: table(
        ['code', 'meaning'],
        Object.entries(CLOSE_CODES).map(([number, meaning]) => [code(number), meaning]),
      ),
    },
  ]
}

function errorRow([name, number]: [string, number]): string[] {
  return [code(String(number)), code(name), RPC_ERROR_MEANINGS[name as keyof typeof RPC_ERROR]]
}

function methodRow({ name, direction, method }: PublishedMethod): string[] {
  const anchor = name.replaceAll('/', '').toLowerCase()
  return [`[${code(name)}](#${anchor})`, direction, method.result === undefined ? 'notification' : 'request', method.summary]
}

function section({ name, direction, method }: PublishedMethod): string {
  const isAnswered = method.result !== undefined
  const rules = (method.rules ?? []).map((rule) => `- ${rule}`).join('\n')
  const result = method.result === undefined || direction === 'to the runner' ? '' : titled('Result', fieldTable(fieldsOf(jsonSchemaOf(method.result))))
  const data = method.data === undefined ? '' : titled('Data of the answer', fieldTable(fieldsOf(jsonSchemaOf(method.data))))
  const parts = [
    `### ${name}`,
    `A ${isAnswered ? 'request' : 'notification'} ${direction}. ${method.summary}`,
    rules,
    titled('Params', fieldTable(fieldsOf(jsonSchemaOf(method.params)))),
    result,
    data,
    example(name as RunnerMethod | ServerMethod),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function titled(title: string, text: string): string {
  return text === '' ? '' : `**${title}**\n\n${text}`
}

function fieldTable(fields: ReturnType<typeof fieldsOf>): string {
  return fields.length === 0
    ? ''
    : table(
        ['field', 'type', 'required', 'meaning'],
        fields.map(({ path, type, isRequired, description }) => [code(path), type, isRequired ? 'yes' : '', description]),
      )
}

function example(name: RunnerMethod | ServerMethod): string {
  const { params, result } = EXAMPLES[name]
  const isAnswered = result !== undefined
  const request = { jsonrpc: '2.0', ...(isAnswered ? { id: 1 } : {}), method: name, params }
  const frames = [request, ...(isAnswered ? [{ jsonrpc: '2.0', id: 1, result }] : [])]
  return ['```json', ...frames.map((frame) => JSON.stringify(frame)), '```'].join('\n')
}
