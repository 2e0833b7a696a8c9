/** JSON-RPC 2.0 section 5.1, and ours from -32000 down. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  frameTooLarge: -32001,
  stopping: -32002,
  protocolVersion: -32003,
  busy: -32004,
} as const

/** What each means, and what the other end does about it. */
export const RPC_ERROR_MEANINGS: Readonly<Record<keyof typeof RPC_ERROR, string>> = {
  parse: 'The frame is not JSON. `id` is null.',
  invalidRequest:
    'The frame is JSON but no JSON-RPC 2.0 message: a batch, a binary frame, no `method`, an answer with both result and error. `id` is that of the frame where it can be read, else null.',
  methodNotFound: 'No such method in this protocol. A method of this protocol that the runner does not serve is answered with code 501 instead.',
  invalidParams: 'The params break the schema. `data.issues` has every problem: `{code, path, message}`. A repeat gets the same answer.',
  internal: 'A fault of the runner, which it has logged. Nothing of the request may be taken for done; it may be repeated.',
  frameTooLarge: 'The frame has more bytes than this protocol allows. Nothing of it was looked at but its id.',
  stopping: 'The runner is about to close the connection. Send the request again to its successor, which connects on its own.',
  protocolVersion: 'The answer of a server to a hello that offers no version it speaks; `data.protocolVersions` lists those that it does speak.',
  busy: 'Too many requests are in hand. Nothing was done; send it again a little later.',
}

/** The codes of an answer, read as HTTP reads them. */
export const ANSWER_CODES = {
  200: 'Done, or accepted for good: it survives a crash of the runner. Also for a repeat, and for what had been done before.',
  204: 'Understood, and there is nothing to tell: `reason` says what to set.',
  404: 'There is no such thing here: the run or the pipeline is not known to this runner.',
  409: 'Refused: another runner is meant, or the run id was given to another request before. A repeat gets the same answer.',
  410: 'Too late: `notAfter` has passed, or the run was stopped before its request came. Send a new request with a new run id.',
  422: 'The cluster refuses the objects of this request for good: admission, a policy of the namespace. A repeat fails until somebody changes that.',
  500: 'The runner is not well (`service/status`): `reason` says what is wrong.',
  501: 'A method of this protocol that this runner does not serve; `capabilities` of its hello say so beforehand.',
  503: 'Not now: the cluster does not answer, a quota is full, a time-out. Nothing is lost; send the same request again.',
} as const

export type AnswerCode = keyof typeof ANSWER_CODES

/** The server closes the older of two connections of one runner. */
export const REPLACED_CODE = 4001

/** Codes of a WebSocket close frame that mean something on the link. */
export const CLOSE_CODES: Readonly<Record<number, string>> = {
  1000: 'A runner that stops, after `runner/goodbye`.',
  1008: 'The server refused the hello.',
  1007: 'Text that is no UTF-8.',
  1009: 'A frame of more than 16 MiB; the connection cannot go on after it.',
  1012: 'The server restarts; the runner comes back.',
  [REPLACED_CODE]: 'The server has a newer connection of the same runner. The older one comes back half a minute later at the earliest.',
}
