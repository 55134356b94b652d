import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { type Assistant, openAi } from '../../integrations/openai/client.ts'
import { read } from '../../verb.ts'
import { baseUrl, type Connection, openConnection, waits } from '../integrations/connection.ts'
import { type AssistantConfig, configOf } from './config.ts'

export interface ConnectedAssistant extends Connection {
  provider: Assistant
}

/** The shop's own account at OpenAI; null when it has no key. */
export async function assistantConnection(
  ctx: Calling,
  model: string,
): Promise<ConnectedAssistant | null> {
  const connection = await openConnection(ctx, 'openai')
  const { api_key, organisation_id } = connection?.secrets ?? {}
  if (!connection || !api_key) return null
  const url = baseUrl(ctx.env.OPENAI_BASE_URL, 'https://api.openai.com')
  const account = { api_key, organisation_id, model }
  return { ...connection, provider: openAi(url, account, waits(ctx.env, 30_000)) }
}

/** The same, to be tried with the model that the shop works with. */
export async function testableAssistant(ctx: Calling) {
  const { openai_model } = await readConfig(ctx, {})
  return assistantConnection(ctx, openai_model)
}

const readConfig = read(
  {
    summary: 'Read how the assistant works',
    can: 'integrations:read',
    output: z.custom<AssistantConfig>(),
  },
  (ctx) => configOf(ctx),
)
