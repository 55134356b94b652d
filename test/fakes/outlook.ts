import { simpleParser } from 'mailparser'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

const refusal = (status: number, code: string, message: string) => ({
  status,
  body: { error: { code, message, innerError: { 'request-id': crypto.randomUUID() } } },
})

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What the administrator has allowed, and how the login refuses. */
interface State {
  roles: string[]
  seesOrganization: boolean
  wrongStatus: number
}

/** Microsoft's login and Graph, and strict about what they are sent. */
export async function startOutlook() {
  const tenant_id = crypto.randomUUID()
  const client_id = crypto.randomUUID()
  const client_secret = secret(crypto.randomUUID())
  const tokens = new Set<string>()
  const taken: { mailbox: string; mime: string }[] = []
  const state: State = { roles: ['Mail.Send'], seesOrganization: true, wrongStatus: 401 }

  function grant({ headers, body }: FakeRequest) {
    const form = Object.fromEntries(new URLSearchParams(body))
    const isForm = headers['content-type'] === 'application/x-www-form-urlencoded'
    const asked = { client_id, grant_type: 'client_credentials' }
    const scope = 'https://graph.microsoft.com/.default'
    const { client_secret: secret, ...rest } = form
    if (!isForm || JSON.stringify(sorted(rest)) !== JSON.stringify(sorted({ ...asked, scope }))) {
      throw { status: 400, body: { error: 'invalid_request', error_description: 'AADSTS900144' } }
    }
    if (secret !== client_secret) {
      const error_description = `AADSTS7000215: Invalid client secret for app ${client_id}`
      throw { status: state.wrongStatus, body: { error: 'invalid_client', error_description } }
    }
    const claims = { roles: state.roles, tid: tenant_id, jti: crypto.randomUUID() }
    const access_token = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(claims)}.c2ln`
    tokens.add(access_token)
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token } }
  }

  function send(mailbox: string, { headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'text/plain') throw refusal(400, 'BadRequest', 'Not MIME')
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) throw refusal(400, 'ErrorMimeContent', 'Not base64')
    if (!state.roles.includes('Mail.Send')) throw refusal(403, 'ErrorAccessDenied', 'No')
    if (!mailbox.endsWith('@example.com'))
      throw refusal(404, 'ErrorInvalidUser', `The requested user ${mailbox} is invalid.`)
    taken.push({ mailbox, mime: Buffer.from(body, 'base64').toString() })
    return { status: 202, body: undefined }
  }

  const fake = await startFake({
    handle(request) {
      const { method, url, headers } = request
      const path = `${method} ${url.pathname}`
      if (path === `POST /${tenant_id}/oauth2/v2.0/token`) return grant(request)
      if (!tokens.has(headers.authorization?.replace('Bearer ', '') ?? ''))
        throw refusal(401, 'InvalidAuthenticationToken', 'Access token is wrong.')
      if (path === 'GET /v1.0/organization') {
        if (!state.seesOrganization) throw refusal(403, 'Authorization_RequestDenied', 'No')
        return { status: 200, body: { value: [{ id: tenant_id, displayName: 'RepairAngel BV' }] } }
      }
      const mailbox = /^POST \/v1\.0\/users\/([^/]+)\/sendMail$/.exec(path)?.[1]
      if (mailbox) return send(decodeURIComponent(mailbox), request)
      throw refusal(404, 'UnknownError', 'Not found')
    },
  })
  return {
    ...fake,
    state,
    /** Mails that were taken, by whose mailbox. */
    sent: () =>
      Promise.all(taken.map(async (it) => ({ ...it, mail: await simpleParser(it.mime) }))),
    /** Tokens that were given are withdrawn. */
    withdraw: () => tokens.clear(),
    vars: { GRAPH_BASE_URL: fake.url, MICROSOFT_LOGIN_BASE_URL: fake.url },
    config: { tenant_id, client_id, client_secret, mailbox: 'shop@example.com' },
  }
}

const sorted = (fields: Record<string, unknown>) =>
  Object.entries(fields).toSorted(([a], [b]) => a.localeCompare(b))
