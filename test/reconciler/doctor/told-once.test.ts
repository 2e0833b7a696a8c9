import { expect, test } from 'vitest'
import { toldOnce } from '../../../reconciler/doctor/doctor.ts'

test.each([
  {
    name: 'its own mend is the only one',
    issue: { path: 'SERVER_URL', message: 'the link is not encrypted; the token crosses the network in clear text. Set config.useSecureProtocols to true' },
    told: ['SERVER_URL: the link is not encrypted; the token crosses the network in clear text', 'set config.useSecureProtocols to true'],
  },
  {
    name: 'a warning of the chart has its mend from there',
    issue: { path: 'values.yaml', message: 'config.serverHost is still the example. Give the host of your Collate.' },
    told: ['values.yaml: config.serverHost is still the example', 'give the host of your Collate'],
  },
  {
    name: 'a variable without one is mended where it is set',
    issue: { path: 'LOG_LEVEL', message: 'must be one of debug, info' },
    told: ['LOG_LEVEL: must be one of debug, info', 'mend this variable, or the value of the chart that sets it'],
  },
])('of an issue of the configuration $name', ({ issue, told }) => {
  expect(toldOnce({ code: 'invalid', ...issue })).toEqual(told)
})
