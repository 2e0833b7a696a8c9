/** One call, with the token of now. Throws a CollateError. */
export type Call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, body?: unknown) => Promise<Answer>

export interface Answer {
  readonly isFound: boolean
  /** undefined when the server sent none. */
  readonly body: unknown
}
