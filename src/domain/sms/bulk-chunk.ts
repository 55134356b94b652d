import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { optedOut, type SentText } from '../../integrations/twilio/client.ts'
import { found } from '../../refusal.ts'
import { GiveUp, type ReactionHandler } from '../engine/reaction.ts'
import { beginChunk, keepChunk, releaseUntried } from './bulk-keep.ts'
import { deliver, type Outgoing, openForSms } from './deliver.ts'
import type { ConnectedSmsProvider } from './provider.ts'

/** Requests under way; a Worker may have six. */
const hands = 5

/** After this none is begun: with the last one's patience it stays well within the lease of a reaction. */
const shift_ms = 60_000

const Payload = z.object({ after: z.number() })

/**
 * Sends the next messages of a bulk, and asks for the chunk after them. Each try is noted before it is made and
 * kept with the end of this reaction, so that after a crash they are looked for first. One whose fate is unknown
 * goes its own way from here, as a single message does.
 */
export const sendBulkChunk: ReactionHandler = async (ctx, reaction) => {
  const params = { id: found(reaction.subject_id ?? undefined) }
  const { after } = Payload.parse(reaction.payload)
  const connection = await openForSms(ctx)
  const messages = await beginChunk(ctx, { params, body: { after } })
  const { tried, outcomes, trouble } = await sendInTurn(ctx, connection, messages)
  const untried = messages.slice(tried).map(({ id }) => id)
  if (trouble && outcomes.every(({ fate }) => fate === 'unknown')) {
    // Nothing goes through: the chunk waits as a whole, and the messages that follow with it.
    await releaseUntried(ctx, { body: { untried } })
    throw trouble
  }
  const last = messages[tried - 1]?.id ?? null
  await keepChunk(ctx, { params, body: { reaction, outcomes, untried, last } })
}

/** What became of a try. */
export type Outcome = { id: number } & (
  | { fate: 'sent'; sent: SentText }
  | { fate: 'failed'; failure: string; opted_out: boolean }
  | { fate: 'unknown' }
)

/** A few at a time and in their order, until all had their turn, time is up, or the provider is in trouble. */
async function sendInTurn(
  ctx: Calling,
  connection: ConnectedSmsProvider,
  messages: readonly Outgoing[],
) {
  const ends_at = Date.now() + shift_ms
  const outcomes: Outcome[] = []
  let trouble: unknown
  let tried = 0
  const work = async () => {
    while (tried < messages.length && trouble === undefined && Date.now() < ends_at) {
      const message = messages[tried++] as Outgoing
      try {
        const sent = await deliver(ctx, connection, message)
        outcomes.push({ id: message.id, fate: 'sent', sent })
      } catch (error) {
        const outcome = refusalOf(error)
        if (!outcome) trouble = error
        outcomes.push({ id: message.id, ...(outcome ?? { fate: 'unknown' }) })
      }
    }
  }
  await Promise.all(Array.from({ length: hands }, work))
  return { tried, outcomes, trouble }
}

/** What a failure says of the message alone; undefined when it says something of the account or the provider. */
function refusalOf(error: unknown) {
  if (error instanceof GiveUp) {
    return { fate: 'failed', failure: error.message, opted_out: false } as const
  }
  if (!(error instanceof ProviderError) || error.failure !== 'refused') return undefined
  const opted_out = error.reason === optedOut
  return { fate: 'failed', failure: error.message, opted_out } as const
}
