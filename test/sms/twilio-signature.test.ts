import { describe, expect, test } from 'vitest'
import { isSignedByTwilio, newsOf } from '../../src/integrations/twilio/webhook.ts'

const auth_token = '12345'
const form = (fields: Record<string, string>) => ({
  content_type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
})

/** As Twilio's own library has them, and one with letters beyond ASCII. */
const vectors = {
  'a form': {
    urls: ['https://mycompany.com/myapp.php?foo=1&bar=2'],
    signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    ...form({
      To: '+18005551212',
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
    }),
  },
  'a JSON body': {
    urls: [
      'https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
    ],
    signature: 'a9nBmqA0ju/hNViExpshrM61xv4=',
    content_type: 'application/json',
    body: '{"property": "value", "boolean": true}',
  },
  'letters beyond ASCII': {
    urls: ['https://shop.example/webhooks/twilio/sms'],
    signature: 'MsfS6Rbvp/xCMPjLa90NjtqZZKc=',
    ...form({
      AccountSid: `AC${'0'.repeat(32)}`,
      Body: 'Hallo €5 é',
      From: '+31612345678',
      MessageSid: 'SM00000000000000000000000000000001',
      To: '+3197010000000',
    }),
  },
}

describe.each(Object.entries(vectors))('%s', (_, vector) => {
  const [url = ''] = vector.urls
  const isSigned = (changed: Partial<typeof vector>, token = auth_token) =>
    isSignedByTwilio({ ...vector, ...changed }, token)

  test('is known by its signature', async () => {
    expect(await isSigned({})).toBe(true)
  })

  test('at the address with the usual port, or without', async () => {
    const withPort = url.replace(/^(https:\/\/[^/]+)/, '$1:443')
    expect(await isSigned({ urls: [withPort] })).toBe(true)
    expect(await isSigned({ urls: ['https://inside.example/', url] })).toBe(true)
    expect(await isSigned({ urls: [withPort.replace(':443', ':8443')] })).toBe(false)
  })

  test('is refused when anything of it was changed', async () => {
    const changes = [
      { body: vector.body.replace(/\d|true/, '9') },
      { body: `${vector.body}&Extra=1` },
      { urls: [`${url}x`] },
      { urls: [url.replace('https', 'http')] },
      { signature: '' },
      { signature: 'not base64 at all' },
      { signature: vector.signature.replace(/^./, 'A') },
      { signature: vector.signature.slice(0, -4) },
    ]
    for (const change of changes) expect(await isSigned(change), JSON.stringify(change)).toBe(false)
    expect(await isSigned({}, '12346')).toBe(false)
  })
})

test('a form cannot pass for a JSON body, nor the other way round', async () => {
  const swapped = { ...vectors['a form'], content_type: 'application/json' }
  expect(await isSignedByTwilio(swapped, auth_token)).toBe(false)
  const json = { ...vectors['a JSON body'], content_type: vectors['a form'].content_type }
  expect(await isSignedByTwilio(json, auth_token)).toBe(false)
})

describe('what a message asks for', () => {
  const wishOf = (Body: string, OptOutType?: string) => {
    const MessageSid = `SM${'0'.repeat(32)}`
    const more: Record<string, string> = OptOutType === undefined ? {} : { OptOutType }
    const news = newsOf(
      form({ MessageSid, SmsStatus: 'received', From: '+31612345678', Body, ...more }),
    )
    return news?.kind === 'message' && news.wants
  }
  test.each([
    'STOP',
    ' stop. ',
    'Stopall',
    'UNSUBSCRIBE',
    'cancel',
    'End',
    'quit',
    'Afmelden',
    'stoppen!',
  ])('%j: no more', (text) => expect(wishOf(text)).toBe('none'))
  test.each(['START', 'unstop', 'Aan'])('%j: some again', (text) =>
    expect(wishOf(text)).toBe('some'),
  )
  test.each(['Stop maar met repareren', 'Wanneer kan ik komen?', '', 'HELP', '👍'])(
    '%j: nothing',
    (text) => expect(wishOf(text)).toBeUndefined(),
  )
  test('what the messaging service understood comes first', () => {
    expect(wishOf('ARRET', 'STOP')).toBe('none')
    expect(wishOf('JA', 'START')).toBe('some')
    expect(wishOf('STOP', 'HELP')).toBeUndefined()
  })
})
