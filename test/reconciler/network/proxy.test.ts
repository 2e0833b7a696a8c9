import { describe, expect, test } from 'vitest'
import { proxyFor, proxyName, proxySecrets } from '../../../reconciler/network/proxy.ts'

const HTTP = 'http://proxy.corp:3128'
const HTTPS = 'http://user:s%40cret@proxy.corp:3129'

function isDirect(address: string, noProxy: string): boolean {
  return proxyFor(address, { httpProxy: HTTP, httpsProxy: HTTPS, noProxy }) === undefined
}

describe('the proxy of an address', () => {
  test.each([
    ['https://acme.getcollate.io/api', HTTPS],
    ['wss://acme.getcollate.io', HTTPS],
    ['http://acme.getcollate.io/api', HTTP],
    ['ws://acme.getcollate.io', HTTP],
  ])('of %s is %s', (address, proxy) => {
    expect(proxyFor(address, { httpProxy: HTTP, httpsProxy: HTTPS, noProxy: '' })).toBe(proxy)
  })

  test('is none when none is set for its scheme', () => {
    expect(proxyFor('https://acme', { httpProxy: HTTP, httpsProxy: undefined, noProxy: '' })).toBeUndefined()
  })
})

describe('NO_PROXY', () => {
  test.each([
    ['a name means itself', 'https://acme.io', 'acme.io'],
    ['a name means what lies below it', 'https://a.b.acme.io', 'acme.io'],
    ['a leading dot means what lies below', 'https://a.acme.io', '.acme.io'],
    ['a leading star means what lies below', 'wss://a.acme.io', '*.acme.io'],
    ['case and a final dot do not matter', 'https://ACME.io.', 'Acme.IO'],
    ['a star means everything', 'https://acme.io', 'x, *'],
    ['one of several, with blanks', 'https://acme.io', ' other.io , acme.io '],
    ['blanks alone separate, too', 'https://acme.io', 'other.io acme.io'],
    ['the port of the scheme is meant by its number', 'https://acme.io', 'acme.io:443'],
    ['another port, too', 'ws://acme.io:8080', 'acme.io:8080'],
    ['an address', 'https://10.1.2.3', '10.1.2.3'],
    ['a range', 'https://10.1.2.3', '192.168.0.0/16,10.0.0.0/8'],
    ['an IPv6 address', 'https://[fd00::1]', 'fd00::1'],
    ['an IPv6 address with a port', 'https://[fd00::1]:8443', '[fd00::1]:8443'],
    ['an IPv6 range', 'https://[fd00::1]', 'fd00::/8'],
  ])('excepts: %s (%s by "%s")', (_, address, noProxy) => {
    expect(isDirect(address, noProxy)).toBe(true)
  })

  test.each([
    ['nothing is set', 'https://acme.io', ''],
    ['only commas are set', 'https://acme.io', ' , ,'],
    ['another name that ends alike', 'https://notacme.io', 'acme.io'],
    ['a dot does not mean the name itself', 'https://acme.io', '.acme.io'],
    ['a star does not mean the name itself', 'https://acme.io', '*.acme.io'],
    ['another port', 'https://acme.io', 'acme.io:8443'],
    ['another range', 'https://11.1.2.3', '10.0.0.0/8'],
    ['a range means no names', 'https://acme.io', '0.0.0.0/0'],
    ['a range that is none', 'https://10.1.2.3', '10.0.0.0/99,10.0.0.0/x,bogus/8'],
    ['an address does not end with another', 'https://110.1.2.3', '10.1.2.3'],
  ])('does not except: %s (%s by "%s")', (_, address, noProxy) => {
    expect(isDirect(address, noProxy)).toBe(false)
  })
})

test('the secrets of a proxy are its password in all its forms, and the header made of it', () => {
  const secrets = proxySecrets({ httpProxy: HTTP, httpsProxy: HTTPS, noProxy: '' })
  expect(secrets).toEqual(['s%40cret', 's@cret', Buffer.from('user:s@cret').toString('base64')])
  expect(proxyName(HTTPS)).toBe('proxy.corp:3129')
})
