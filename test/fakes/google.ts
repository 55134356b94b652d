import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { simpleParser } from 'mailparser'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

const refusal = (status: number, reason: string) => ({
  status,
  body: { error: { code: status, message: reason, errors: [{ reason }] } },
})
const denied = (error: string) => ({ status: 400, body: { error, error_description: 'No.' } })

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
secret(private_key.split('\n')[1] ?? '')
const publicKey = createPublicKey(privateKey)

const root = 'https://www.googleapis.com/auth'
const jsonOf = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

/** Google's tokens of service accounts and Gmail, and strict about what they are sent. */
export async function startGoogle() {
  const client_email = 'mailer@repair-angel.iam.gserviceaccount.com'
  const tokens = new Map<string, { mailbox: string; scopes: string[] }>()
  const taken: { mailbox: string; mime: string }[] = []
  const state = { allowed: [`${root}/gmail.send`, `${root}/gmail.metadata`] }

  function grant({ body }: FakeRequest) {
    const { grant_type, assertion = '' } = Object.fromEntries(new URLSearchParams(body))
    if (grant_type !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      throw denied('unsupported_grant_type')
    const [header, payload, signature = ''] = assertion.split('.')
    const signed = Buffer.from(`${header}.${payload}`)
    const { alg } = jsonOf(header)
    const { iss, sub, scope, aud, iat, exp } = jsonOf(payload)
    const isSigned = verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))
    if (alg !== 'RS256' || !isSigned || iss !== client_email) throw denied('invalid_grant')
    const now_s = Date.now() / 1000
    if (aud !== 'https://oauth2.googleapis.com/token' || iat > now_s + 5 || exp - iat > 3600)
      throw denied('invalid_grant')
    if (!String(sub).endsWith('@example.com')) throw denied('invalid_grant')
    const scopes = String(scope).split(' ')
    if (!scopes.every((one) => state.allowed.includes(one))) throw denied('unauthorized_client')
    const access_token = secret(`ya29.${crypto.randomUUID()}`)
    tokens.set(access_token, { mailbox: sub, scopes })
    return { status: 200, body: { access_token, expires_in: 3599, token_type: 'Bearer' } }
  }

  function send(mailbox: string, { body }: FakeRequest) {
    const { raw, ...rest } = JSON.parse(body)
    if (Object.keys(rest).length > 0 || !/^[\w-]+$/.test(raw)) throw refusal(400, 'invalidArgument')
    taken.push({ mailbox, mime: Buffer.from(raw, 'base64url').toString() })
    const id = crypto.randomUUID().slice(0, 16)
    return { status: 200, body: { id, threadId: id, labelIds: ['SENT'] } }
  }

  const fake = await startFake({
    handle(request) {
      const path = `${request.method} ${request.url.pathname}`
      if (path === 'POST /token') return grant(request)
      const holder = tokens.get(request.headers.authorization?.replace('Bearer ', '') ?? '')
      if (!holder) throw refusal(401, 'authError')
      const { mailbox, scopes } = holder
      if (path === 'GET /gmail/v1/users/me/profile') {
        if (!scopes.includes(`${root}/gmail.metadata`))
          throw refusal(403, 'insufficientPermissions')
        return { status: 200, body: { emailAddress: mailbox, messagesTotal: 1, historyId: '1' } }
      }
      if (path === 'POST /gmail/v1/users/me/messages/send') return send(mailbox, request)
      throw refusal(404, 'notFound')
    },
  })
  return {
    ...fake,
    state,
    sent: () =>
      Promise.all(taken.map(async (it) => ({ ...it, mail: await simpleParser(it.mime) }))),
    withdraw: () => tokens.clear(),
    vars: { GMAIL_BASE_URL: fake.url, GOOGLE_OAUTH_BASE_URL: fake.url },
    config: { client_email, private_key, subject: 'shop@example.com' },
  }
}
