import * as z from 'zod'
import { type AccessToken, type TokenSource, withToken } from '../access-token.ts'
import { exchange, ProviderError } from '../exchange.ts'

// The configuration API of 3CX v20: https://www.3cx.com/docs/configuration-rest-api/

const provider = '3CX'

const Token = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})
const License = z.object({ CompanyName: z.string().nullish() })
const System = z.object({ FQDN: z.string().nullish() })
const Failure = z.object({ error: z.union([z.string(), z.object({ code: z.string() })]) })

const moment = () => z.iso.datetime({ offset: true })

const ActiveCall = z.object({
  Id: z.int(),
  /** A number or an extension, and perhaps a name: `+31612345678`, `101 Jan Bakker`. */
  Caller: z.string().nullish(),
  Callee: z.string().nullish(),
  Status: z.string().nullish(),
  LastChangeStatus: moment().nullish(),
  EstablishedAt: moment().nullish(),
  ServerNow: moment().nullish(),
})

const Queue = z.object({ Number: z.string().nullish(), Name: z.string().nullish() })

const LogRow = z.object({
  CdrId: z.string().nullish(),
  MainCallHistoryId: z.string().nullish(),
  StartTime: moment().nullish(),
  SourceDn: z.string().nullish(),
  SourceCallerId: z.string().nullish(),
  DestinationDn: z.string().nullish(),
  DestinationCallerId: z.string().nullish(),
  Answered: z.boolean().nullish(),
  Direction: z.string().nullish(),
  /** ISO 8601: `PT1M2.5S`. */
  RingingDuration: z.string().nullish(),
  TalkingDuration: z.string().nullish(),
})

const listOf = <T extends z.ZodType>(record: T) => z.object({ value: z.array(record) })

export type PbxCall = z.output<typeof ActiveCall>
export type PbxQueue = z.output<typeof Queue>
/** A leg of a call that is over; the legs of one call share `MainCallHistoryId`. */
export type PbxLogRow = z.output<typeof LogRow>

/** Each function throws ProviderError. */
export interface TelephoneExchange {
  /** Whose exchange it is. */
  accountName(): Promise<string | null>
  activeCalls(): Promise<PbxCall[]>
  queues(): Promise<PbxQueue[]>
  /** Legs of calls that began in a period, the oldest first, so many at most. */
  callLog(period: { from: Date; to: Date }, skip: number): Promise<PbxLogRow[]>
  /** Rings at an extension, and then at the destination. Not repeatable: it would ring twice. */
  makeCall(call: { dn: string; destination: string }): Promise<void>
}

export interface PbxCredentials {
  client_id: string
  /** The secret of the client. */
  api_key: string
}

interface Options {
  timeout_ms: number
}

/** Rows of the log that one request brings. */
export const logPage = 100

/**
 * A new token. The exchange ends the client's token before it.
 *
 * @param base_url `https://pbx.example.com`
 * @throws ProviderError
 */
export async function pbxToken(
  base_url: string,
  { client_id, api_key }: PbxCredentials,
  { timeout_ms }: Options,
): Promise<AccessToken> {
  const form = { client_id, client_secret: api_key, grant_type: 'client_credentials' }
  const request = {
    provider,
    method: 'POST',
    url: `${base_url}/connect/token`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    repeatable: true,
    timeout_ms,
    sentenceOf,
    reasonOf,
  } as const
  const { access_token, expires_in } = await exchange(request, Token).catch(asUnauthorized)
  return { token: access_token, expires_in_s: inSeconds(expires_in) }
}

/** Minutes until version 20.0.9, seconds since; no token ends within two minutes. */
const inSeconds = (expires_in: number) => (expires_in < 120 ? expires_in * 60 : expires_in)

/** OAuth may answer wrong credentials with 400 (RFC 6749, 5.2). */
function asUnauthorized(error: unknown): never {
  const isRefused = error instanceof ProviderError && error.failure === 'refused'
  if (!isRefused || !/^(invalid|unauthorized)_(client|grant)$/.test(error.reason ?? '')) throw error
  throw new ProviderError('unauthorized', `${provider} does not accept our API key.`)
}

/** @param base_url `https://pbx.example.com` */
export function threeCx(
  base_url: string,
  tokens: TokenSource,
  { timeout_ms }: Options,
): TelephoneExchange {
  const ask = <T>(
    method: 'GET' | 'POST',
    path: string,
    answer: z.ZodType<T>,
    body?: object,
  ): Promise<T> =>
    withToken(tokens, (token) =>
      exchange(
        {
          provider,
          method,
          url: `${base_url}/xapi/v1${path}`,
          headers: {
            Authorization: `Bearer ${token}`,
            ...(body && { 'Content-Type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
          timeout_ms,
          sentenceOf,
          reasonOf,
        },
        answer,
      ),
    )
  const list = async <T extends z.ZodType>(path: string, record: T) =>
    (await ask('GET', path, listOf(record))).value

  return {
    async accountName() {
      const { CompanyName } = await ask('GET', '/LicenseStatus', License)
      if (CompanyName) return CompanyName
      return (await ask('GET', '/SystemStatus', System)).FQDN || null
    },
    activeCalls: () => list(`/ActiveCalls?${query({ $top: '500' })}`, ActiveCall),
    queues: () => list(`/Queues?${query({ $select: 'Number,Name', $top: '500' })}`, Queue),
    callLog: ({ from, to }, skip) => {
      const paging = { $orderby: 'StartTime asc', $top: String(logPage), $skip: String(skip) }
      return list(`/ReportCallLogData/${logFunction(from, to)}?${query(paging)}`, LogRow)
    },
    async makeCall(call) {
      await ask('POST', '/Users/Pbx.MakeCall', z.unknown(), call)
    },
  }
}

const query = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')

/** Of all sources, destinations and kinds; the exchange wants every parameter named. */
function logFunction(from: Date, to: Date): string {
  const parameters = {
    periodFrom: from.toISOString(),
    periodTo: to.toISOString(),
    sourceType: 0,
    sourceFilter: `''`,
    destinationType: 0,
    destinationFilter: `''`,
    callsType: 0,
    callTimeFilterType: 0,
    callTimeFilterFrom: `'0:00:0'`,
    callTimeFilterTo: `'0:00:0'`,
    hidePcalls: true,
  }
  const listed = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  return `Pbx.GetCallLogData(${listed.join()})`
}

/** Its sentences may repeat a number, so only the code is told. */
const sentenceOf = (body: unknown) => {
  const code = reasonOf(body)
  return code && `error ${code.replace(/[^\w.-]/g, '').slice(0, 60)}.`
}

function reasonOf(body: unknown): string | undefined {
  const { error } = Failure.safeParse(body).data ?? {}
  return typeof error === 'object' ? error.code : error
}
