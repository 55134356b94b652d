import type { PbxCall, PbxLogRow, PbxQueue } from '../../src/integrations/3cx/client.ts'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

const refusal = (status: number, code: string) => ({
  status,
  body: { error: { code, message: `The request is wrong: ${code}`, target: null, details: [] } },
})

const oauthRefusal = (status: number, error: string) => ({
  status,
  body: { error, error_description: 'The client is not known' },
})

/** What a list may be asked with. */
const known = new Set(['$top', '$skip', '$select', '$orderby', '$filter', '$count'])

const logFunction =
  /^Pbx\.GetCallLogData\(periodFrom=([^,]+),periodTo=([^,]+),sourceType=0,sourceFilter='',destinationType=0,destinationFilter='',callsType=0,callTimeFilterType=0,callTimeFilterFrom='0:00:0',callTimeFilterTo='0:00:0',hidePcalls=true\)$/

/** An exchange of version 20 with one client, of which it knows one token at a time. */
export async function startThreeCx() {
  const client_id = '900'
  const api_key = secret(crypto.randomUUID())
  const tokens: string[] = []
  const activeCalls: PbxCall[] = []
  const queues: PbxQueue[] = []
  const log: PbxLogRow[] = []
  const made: { dn: string; destination: string }[] = []
  let company: string | null = 'RepairAngel BV'
  let wrongAnswer = 401

  function token({ headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
      throw oauthRefusal(400, 'invalid_request')
    }
    const { client_id: id, client_secret, grant_type, ...more } = formOf(body)
    if (Object.keys(more).length > 0) throw oauthRefusal(400, 'invalid_request')
    if (grant_type !== 'client_credentials') throw oauthRefusal(400, 'unsupported_grant_type')
    if (id !== client_id || client_secret !== api_key) {
      throw oauthRefusal(wrongAnswer, 'invalid_client')
    }
    tokens.push(secret(crypto.randomUUID()))
    const access_token = tokens.at(-1)
    const answer = { token_type: 'Bearer', expires_in: 3600, access_token, refresh_token: null }
    return { status: 200, body: answer }
  }

  function list(records: object[], { searchParams: asked }: URL) {
    const strange = [...asked.keys()].find((name) => !known.has(name))
    if (strange) throw refusal(400, 'ODATA_UNKNOWN_OPTION')
    const skip = Number(asked.get('$skip') ?? 0)
    const top = Number(asked.get('$top') ?? 50)
    const value = records.slice(skip, skip + top)
    return { status: 200, body: { '@odata.context': '#', value } }
  }

  function logged(call: string, url: URL) {
    const [, from, to] = logFunction.exec(call) ?? []
    if (!from || !to) throw refusal(400, 'ODATA_BAD_FUNCTION')
    if (url.searchParams.get('$orderby') !== 'StartTime asc') throw refusal(400, 'ODATA_BAD_ORDER')
    const within = log.filter(({ StartTime }) => {
      const at = Date.parse(StartTime ?? '')
      return at >= Date.parse(from) && at <= Date.parse(to)
    })
    return list(within, url)
  }

  function makeCall({ headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'application/json') throw refusal(415, 'BAD_TYPE')
    const { dn, destination, ...more } = JSON.parse(body)
    if (typeof dn !== 'string' || typeof destination !== 'string' || Object.keys(more).length > 0) {
      throw refusal(400, 'ODATA_BAD_BODY')
    }
    made.push({ dn, destination })
    return { status: 200, body: { FinalStatus: 'Success', Reason: '', ReasonText: '' } }
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    if (`${method} ${url.pathname}` === 'POST /connect/token') return token(request)
    if (tokens.length === 0 || headers.authorization !== `Bearer ${tokens.at(-1)}`) {
      throw { status: 401, body: undefined }
    }
    const path = decodeURIComponent(url.pathname.replace(/^\/xapi\/v1/, ''))
    const [, call = ''] = /^\/ReportCallLogData\/(.*)$/.exec(path) ?? []
    if (method === 'GET' && call) return logged(call, url)
    switch (`${method} ${path}`) {
      case 'GET /LicenseStatus':
        return { status: 200, body: { LicenseKey: 'key', CompanyName: company } }
      case 'GET /SystemStatus':
        return { status: 200, body: { FQDN: 'pbx.example.com', Version: '20.0.9' } }
      case 'GET /ActiveCalls':
        return list(activeCalls, url)
      case 'GET /Queues':
        return list(queues, url)
      case 'POST /Users/Pbx.MakeCall':
        return makeCall(request)
      default:
        throw refusal(404, 'NOT_FOUND')
    }
  }

  const fake = await startFake({
    handle,
    descriptions: ['3cx_xapi.yaml'],
    undescribed: /^\/connect\/token$/,
  })
  return {
    ...fake,
    client_id,
    api_key,
    /** Every token that was given; the last one is alive. */
    tokens,
    activeCalls,
    queues,
    log,
    /** Calls that it was asked to make. */
    made,
    /** Ends the token that is alive, as another one of the client's would. */
    endToken: () => tokens.push('of somebody else'),
    nameCompany: (name: string | null) => {
      company = name
    },
    /** How wrong credentials are answered. */
    refuseClientsWith: (status: 400 | 401) => {
      wrongAnswer = status
    },
  }
}

const formOf = (body: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(body))
