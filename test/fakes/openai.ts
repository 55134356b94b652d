import type { Json } from '../harness/client.ts'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

/** The API key that it takes when not told another. */
export const openAiKey = 'sk-test-key-of-the-shop-0000000000'

const refusal = (status: number, code: string | null, message: string) => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code } },
})

/** What strict mode asks of a schema, at any depth. */
function isStrict(schema: Json): boolean {
  const inner = [...Object.values<Json>(schema.properties ?? {}), ...[schema.items ?? []].flat()]
  const isClosed =
    schema.type !== 'object' ||
    (schema.additionalProperties === false &&
      Object.keys(schema.properties).every((name) => schema.required?.includes(name)))
  const isPlain = !['minimum', 'maximum', 'maxItems', 'maxLength'].some((rule) => rule in schema)
  return isClosed && isPlain && inner.every(isStrict)
}

const known = new Set(['model', 'instructions', 'input', 'max_output_tokens', 'text', 'store'])

export interface Talk {
  status?: string
  output?: unknown[]
  incomplete_details?: { reason: string } | null
  error?: { code: string; message: string } | null
}

const said = (text: string) => [
  { id: 'rs_1', type: 'reasoning', summary: [] },
  {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  },
]

/** OpenAI's models and responses as its documentation describes them, and strict about what it is sent. */
export async function startOpenAi({
  api_key = openAiKey,
  models = ['gpt-4o', 'gpt-4o-mini'],
} = {}) {
  secret(api_key)
  let answer: (input: Json, question: Json) => unknown = () => ({
    suggestions: [],
    advice: 'Nothing to do.',
    not_repairable: false,
  })
  const coming: Talk[] = []
  const errors: ReturnType<typeof refusal>[] = []
  let tokens = 1000

  function respond({ headers, body }: FakeRequest) {
    if (!headers['content-type']?.startsWith('application/json')) {
      throw refusal(400, null, 'The body must be JSON')
    }
    const error = errors.shift()
    if (error) throw error
    const question: Json = JSON.parse(body)
    const strange = Object.keys(question).find((key) => !known.has(key))
    if (strange) throw refusal(400, 'unknown_parameter', `Unknown parameter ${strange}`)
    if (!models.includes(question.model)) throw refusal(404, 'model_not_found', 'No such model')
    const { format } = question.text
    if (format.type !== 'json_schema' || !format.strict || !/^[\w-]{1,64}$/.test(format.name)) {
      throw refusal(400, 'invalid_format', 'Not a strict JSON schema')
    }
    if (format.schema.type !== 'object' || !isStrict(format.schema)) {
      throw refusal(400, 'invalid_json_schema', 'Invalid schema')
    }
    if (question.store !== false) throw refusal(400, null, 'This shop wants nothing stored')
    const text = JSON.stringify(answer(JSON.parse(question.input), question))
    return {
      status: 200,
      body: {
        id: `resp_${crypto.randomUUID()}`,
        object: 'response',
        status: 'completed',
        error: null,
        incomplete_details: null,
        model: question.model,
        output: said(text),
        usage: { input_tokens: tokens - 200, output_tokens: 200, total_tokens: tokens },
        ...coming.shift(),
      },
    }
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    if (headers.authorization !== `Bearer ${api_key}`) {
      throw refusal(401, 'invalid_api_key', `Incorrect API key provided: ${headers.authorization}`)
    }
    const model = /^\/v1\/models\/([\w.-]+)$/.exec(url.pathname)?.[1]
    if (method === 'GET' && model) {
      if (!models.includes(model)) throw refusal(404, 'model_not_found', 'No such model')
      return {
        status: 200,
        body: { id: model, object: 'model', created: 1_700_000_000, owned_by: 'system' },
        headers: { 'openai-organization': 'repair-angel' },
      }
    }
    if (`${method} ${url.pathname}` === 'POST /v1/responses') return respond(request)
    throw refusal(404, null, `Invalid URL (${method} ${url.pathname})`)
  }

  const fake = await startFake({ handle, descriptions: ['openai.json'] })
  return {
    ...fake,
    api_key,
    /** What the model says to questions, made from their input. */
    say: (make: typeof answer) => {
      answer = make
    },
    sayText: (text: string): number => coming.push({ output: said(text) }),
    /** The next answer differs so from a good one. */
    talk: (...talks: Talk[]) => coming.push(...talks),
    /** The next question is refused so. */
    refuse: (status: number, code: string) => errors.push(refusal(status, code, `Says the fake`)),
    use: (count: number) => {
      tokens = count
    },
    /** The last question, with its input read. */
    last: (): Json => {
      const { body } = fake.requests.findLast(({ method }) => method === 'POST') ?? { body: '{}' }
      const question = JSON.parse(body)
      return { ...question, input: JSON.parse(question.input) }
    },
  }
}
