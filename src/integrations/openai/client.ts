import type * as Sdk from 'openai'
import * as z from 'zod'
import { retryAfter_s } from '../../lib/retry-after.ts'
import { ProviderError } from '../exchange.ts'

// OpenAI's Responses API: https://platform.openai.com/docs/api-reference/responses

/** What comes back of a question; `output` may hold reasoning beside the message. */
const Response = z.object({
  status: z.string(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(
    z.object({
      type: z.string(),
      content: z
        .array(
          z.object({
            type: z.string(),
            text: z.string().optional(),
            refusal: z.string().optional(),
          }),
        )
        .nullish(),
    }),
  ),
  usage: z.object({ total_tokens: z.int().min(0) }).nullish(),
})

const Model = z.object({ id: z.string() })

export interface Question {
  model: string
  instructions: string
  /** What the question is about: data, never instructions. */
  input: string
  /** A strict JSON schema: every object closed, every property required. */
  schema: Record<string, unknown>
  schema_name: string
  max_output_tokens: number
}

/** The text is JSON by the schema when it is `answered`, and nothing otherwise. */
export interface Reply {
  outcome: 'answered' | 'refused' | 'incomplete' | 'failed'
  text: string
  /** Used for question and answer; null when OpenAI does not say. */
  tokens: number | null
}

/** Each function throws ProviderError. */
export interface Assistant {
  /** The organisation that pays; null when OpenAI does not name it. */
  accountName(): Promise<string | null>
  ask(question: Question): Promise<Reply>
}

export interface OpenAiAccount {
  api_key: string
  organisation_id: string | undefined
  /** The model that the account must be allowed to use. */
  model: string
}

/** @param base_url without the version: `https://api.openai.com` */
export function openAi(
  base_url: string,
  { api_key, organisation_id, model }: OpenAiAccount,
  { timeout_ms }: { timeout_ms: number },
): Assistant {
  /** Repeated once where `exchange` would: not after a timeout, nor when OpenAI wants that late. */
  async function send<T>(
    request: (client: Sdk.OpenAI, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const sdk = await import('openai')
    const client = new sdk.OpenAI({
      apiKey: api_key,
      organization: organisation_id ?? null,
      project: null,
      baseURL: `${base_url}/v1`,
      // Its own would repeat what has no credit left, and not heed a long Retry-After.
      maxRetries: 0,
      timeout: timeout_ms,
      logLevel: 'off',
      // The credentials are for this address alone.
      fetchOptions: { redirect: 'manual' },
    })
    const attempt = () => request(client, AbortSignal.timeout(timeout_ms))
    return attempt().catch(async (first: unknown) => {
      const again_in_ms = first instanceof sdk.APIError ? pauseAfter(first, sdk) : undefined
      if (again_in_ms === undefined) throw failureOf(first, sdk)
      await new Promise((resolve) => setTimeout(resolve, again_in_ms))
      return attempt().catch((second: unknown) => {
        throw failureOf(second, sdk)
      })
    })
  }

  return {
    async accountName() {
      const { data, response } = await send((client, signal) =>
        client.models.retrieve(model, { signal }).withResponse(),
      )
      readable(Model, data)
      return response.headers.get('openai-organization')
    },

    async ask({ model, instructions, input, schema, schema_name: name, max_output_tokens }) {
      const format = { type: 'json_schema', name, strict: true, schema } as const
      const body = { model, instructions, input, max_output_tokens, text: { format }, store: false }
      return replyOf(await send((client, signal) => client.responses.create(body, { signal })))
    },
  }
}

function replyOf(body: unknown): Reply {
  const { status, output, usage } = readable(Response, body)
  const parts = output
    .filter(({ type }) => type === 'message')
    .flatMap(({ content }) => content ?? [])
  const tokens = usage?.total_tokens ?? null
  const text = parts
    .filter(({ type }) => type === 'output_text')
    .map((part) => part.text ?? '')
    .join('')
  if (parts.some(({ type }) => type === 'refusal')) return { outcome: 'refused', text: '', tokens }
  if (status === 'incomplete') return { outcome: 'incomplete', text: '', tokens }
  if (status !== 'completed') return { outcome: 'failed', text: '', tokens }
  return { outcome: 'answered', text, tokens }
}

function readable<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ProviderError('no_answer', 'OpenAI gave an answer that makes no sense.')
}

const pause_ms = 300
/** Longer than this the caller is not kept waiting. */
const longestPause_ms = 2000

/** The package is known only when it is loaded. */
type Loaded = Pick<typeof Sdk, 'APIError' | 'APIUserAbortError' | 'APIConnectionTimeoutError'>

const isTimeout = (error: unknown, sdk: Loaded) =>
  error instanceof sdk.APIUserAbortError ||
  error instanceof sdk.APIConnectionTimeoutError ||
  /^(TimeoutError|AbortError)$/.test((error as Error).name)

function pauseAfter(error: InstanceType<Loaded['APIError']>, sdk: Loaded): number | undefined {
  const { status, code, headers } = error
  if (status === undefined) return isTimeout(error, sdk) ? undefined : pause_ms
  if (code === 'insufficient_quota' || !(status === 409 || status === 429 || status >= 500)) {
    return undefined
  }
  const after_ms = (retryAfter_s(headers?.get('retry-after'), Date.now()) ?? 0) * 1000
  return after_ms > longestPause_ms ? undefined : Math.max(after_ms, pause_ms)
}

/** OpenAI's own sentences may repeat the key or the question, so they are never passed on. */
function failureOf(error: unknown, sdk: Loaded): Error {
  if (error instanceof ProviderError) return error
  if (isTimeout(error, sdk)) {
    return new ProviderError('no_answer', 'OpenAI did not answer in time.')
  }
  if (error instanceof SyntaxError) {
    return new ProviderError('no_answer', 'OpenAI gave an answer that makes no sense.')
  }
  if (!(error instanceof sdk.APIError)) return error as Error
  const { status, code, headers } = error
  if (status === undefined) return new ProviderError('no_answer', 'Could not reach OpenAI.')
  if (status === 401 || status === 403) {
    return new ProviderError('unauthorized', 'OpenAI does not accept our API key.')
  }
  if (status === 404) return new ProviderError('not_found', 'OpenAI does not know the model.')
  if (code === 'insufficient_quota') {
    const reason = 'insufficient_quota'
    return new ProviderError('refused', 'The account at OpenAI has no credit left.', { reason })
  }
  const retry_after_s = retryAfter_s(headers?.get('retry-after'), Date.now())
  const isDefinite = status >= 400 && status < 500 && status !== 409 && status !== 429
  return new ProviderError(
    isDefinite ? 'refused' : 'no_answer',
    isDefinite ? `OpenAI refused (HTTP ${status}).` : `OpenAI failed (HTTP ${status}).`,
    { retry_after_s },
  )
}
