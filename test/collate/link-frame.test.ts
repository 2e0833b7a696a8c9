import { expect, test } from 'vitest'
import { RPC_ERROR } from '../../reconciler/link/codes.ts'
import { readFrame } from './link-frame.ts'

test.each([
  {
    name: 'a request',
    text: '{"jsonrpc":"2.0","id":1,"method":"a","params":{}}',
    frame: { kind: 'request', id: 1, method: 'a', params: {} },
  },
  { name: 'a notification', text: '{"jsonrpc":"2.0","method":"a"}', frame: { kind: 'notification', method: 'a', params: undefined } },
  { name: 'a result', text: '{"jsonrpc":"2.0","id":"x","result":null}', frame: { kind: 'answer', id: 'x', answer: { result: null } } },
  {
    name: 'an error',
    text: '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}',
    frame: { kind: 'answer', id: null, answer: { error: { code: -32700, message: 'm' } } },
  },
])('$name is read', ({ text, frame }) => {
  expect(readFrame(text)).toEqual(frame)
})

test.each([
  { name: 'text that is not JSON', text: '{"jsonrpc":', rpcCode: RPC_ERROR.parse, path: '' },
  { name: 'nothing', text: '', rpcCode: RPC_ERROR.parse, path: '' },
  { name: 'a batch', text: '[{"jsonrpc":"2.0","id":1,"method":"a"}]', rpcCode: RPC_ERROR.invalidRequest, path: '' },
  { name: 'null', text: 'null', rpcCode: RPC_ERROR.invalidRequest, path: '' },
  { name: 'a number', text: '1', rpcCode: RPC_ERROR.invalidRequest, path: '' },
  { name: 'an older version', text: '{"id":1,"method":"a"}', rpcCode: RPC_ERROR.invalidRequest, path: 'jsonrpc' },
  { name: 'a method that is no text', text: '{"jsonrpc":"2.0","id":1,"method":1}', rpcCode: RPC_ERROR.invalidRequest, path: 'method' },
  { name: 'an id that is an object', text: '{"jsonrpc":"2.0","id":{},"method":"a"}', rpcCode: RPC_ERROR.invalidRequest, path: 'id' },
  {
    name: 'an answer with result and error',
    text: '{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"m"}}',
    rpcCode: RPC_ERROR.invalidRequest,
    path: 'result',
  },
  { name: 'an answer with neither', text: '{"jsonrpc":"2.0","id":1}', rpcCode: RPC_ERROR.invalidRequest, path: 'result' },
  { name: 'an answer without an id', text: '{"jsonrpc":"2.0","result":1}', rpcCode: RPC_ERROR.invalidRequest, path: 'id' },
])('$name is broken', ({ text, rpcCode, path }) => {
  expect(readFrame(text)).toMatchObject({ kind: 'broken', rpcCode, issues: [{ path }] })
})
