import { describe, expect, test } from 'vitest'
import type { Env } from '../../src/env.ts'
import { checkedUrl } from '../../src/integrations/outside.ts'
import { Refusal } from '../../src/refusal.ts'

const production = { PUBLIC_URL: 'https://api.repair-angel.example' } as Env
const development = { ...production, ALLOW_PRIVATE_HOSTS: '1' }

/** What is wrong with an address; undefined for a good one. */
function problem(env: Env, text: string, field?: string) {
  try {
    checkedUrl(env, text, field)
    return undefined
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal
    expect(refusal).toMatchObject({ status: 422, code: 'validation_failed' })
    return refusal.errors
  }
}

const saying = (sentence: string) => ({ url: [`The url field ${sentence}.`] })

test.each([
  'https://shop.example.com/hooks?key=1',
  'https://shop.example.com:443/',
  'https://shop.example.com:8443/hooks',
  'https://shop.example.com./',
  'https://münchen.example/ü',
  'https://localhost.example.com/',
  'https://10.example.com/',
])('%s is an address that we talk to', (text) => {
  expect(problem(production, text)).toBeUndefined()
})

describe('refused', () => {
  test.each([
    '',
    'shop.example.com',
    'https://',
    'https://a b/',
    'https://[::1/',
    'https://1.2.3.256/',
  ])('"%s": no URL', (text) =>
    expect(problem(production, text)).toEqual(saying('must be a valid URL')),
  )

  test.each([
    'http://shop.example.com/',
    'ftp://shop.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'wss://shop.example.com/',
  ])('%s: not https', (text) =>
    expect(problem(production, text)).toEqual(saying('must start with https://')),
  )

  test.each(['https://me@shop.example.com/', 'https://:secret@shop.example.com/'])(
    '%s: with a login',
    (text) =>
      expect(problem(production, text)).toEqual(saying('must not hold a user name or password')),
  )

  test.each([22, 25, 80, 1023])('port %i', (port) =>
    expect(problem(production, `https://shop.example.com:${port}/`)).toEqual(
      saying('must use port 443, or one from 1024 on'),
    ),
  )

  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback in one number', '2130706433'],
    ['loopback in octal', '0177.0.0.1'],
    ['loopback in hexadecimal', '0x7f.1'],
    ['loopback, short', '127.1'],
    ['loopback with a dot behind it', '127.0.0.1.'],
    ['loopback in full-width digits', '１２７.０.０.１'],
    ['loopback in percent signs', '%31%32%37.0.0.1'],
    ['this host', '0.0.0.0'],
    ['private, class A', '10.0.0.1'],
    ['private, class B', '172.16.5.4'],
    ['private, class C', '192.168.1.1'],
    ['link-local, where clouds keep their metadata', '169.254.169.254'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['public', '8.8.8.8'],
    ['v6 loopback', '[::1]'],
    ['v6 unspecified', '[::]'],
    ['v4 in v6', '[::ffff:127.0.0.1]'],
    ['v4 in v6, in hexadecimal', '[::ffff:7f00:1]'],
    ['v4 behind NAT64', '[64:ff9b::7f00:1]'],
    ['v6 unique local', '[fd00::1]'],
    ['v6 link-local', '[fe80::1]'],
    ['v6 multicast', '[ff02::1]'],
    ['v6 public', '[2606:4700::1111]'],
  ])('an IP address, %s: %s', (_, host) =>
    expect(problem(production, `https://${host}/`)).toEqual(
      saying('must have a host name, not an IP address'),
    ),
  )

  test.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'shop.localhost',
    'printer.local',
    'nas.lan',
    'router.home.arpa',
    'metadata.google.internal',
    'intranet',
    'repair-angel.somebody.workers.dev',
    'api.repair-angel.example',
    'other.api.repair-angel.example',
  ])('the name %s', (host) =>
    expect(problem(production, `https://${host}/`)).toEqual(
      saying('must have a host name of the public internet'),
    ),
  )

  test('at the field that it came in', () => {
    expect(problem(production, 'http://x.example', 'pbx_url')).toEqual({
      pbx_url: ['The pbx url field must start with https://.'],
    })
  })
})

describe('where private hosts are allowed', () => {
  test.each([
    'http://127.0.0.1:8080/',
    'http://localhost/',
    'https://[::1]:81/',
    'http://intranet/',
  ])('%s is one', (text) => {
    expect(problem(development, text)).toBeUndefined()
    expect(problem({ ...production, ALLOW_PRIVATE_HOSTS: 'true' }, text)).toBeUndefined()
    for (const ALLOW_PRIVATE_HOSTS of ['', '0', 'false']) {
      expect(problem({ ...production, ALLOW_PRIVATE_HOSTS }, text)).toBeDefined()
    }
  })

  test.each(['ftp://localhost/', 'http://me:secret@localhost/', 'nonsense'])(
    '%s is refused all the same',
    (text) => expect(problem(development, text)).toBeDefined(),
  )
})
