import * as z from 'zod'
import type { PbxCall, PbxQueue } from '../../integrations/3cx/client.ts'
import { ArrayPaging } from '../../schema.ts'
import { call } from '../../verb.ts'
import { e164 } from '../customers/phone.ts'
import { shopCountry } from './country.ts'
import { openPbx } from './pbx.ts'

const Waiting = z.object({
  caller: z.string().meta({ examples: ['+31687654321'] }),
  waiting_sec: z.int().meta({ examples: [45] }),
  position: z
    .int()
    .describe('In its queue')
    .meta({ examples: [1] }),
  queue: z
    .string()
    .describe('Extension of the queue')
    .meta({ examples: ['800'] }),
})

export const getQueue = call(
  {
    summary: 'Active call queue',
    description: 'Who waits now, the longest first; asked of the exchange itself.',
    can: 'calls:read',
    module: 'telephony',
    asks: true,
    query: ArrayPaging,
    output: z.array(Waiting),
  },
  async (ctx, { query: { page = 1, per_page = 100 } }) => {
    const { provider } = await openPbx(ctx)
    const country = await shopCountry(ctx, {})
    // One after the other: an exchange lets a client have few connections.
    const queues = await provider.queues()
    const waiting = waitingIn(queues, await provider.activeCalls(), country)
    const start = (page - 1) * per_page
    return Object.assign(waiting.slice(start, start + per_page), { total: waiting.length })
  },
)

/**
 * The exchange has no list of who waits (not in its description, nor confirmed elsewhere): it is whoever is
 * connected to the number of a queue and not talking yet.
 */
export function waitingIn(
  queues: readonly PbxQueue[],
  calls: readonly PbxCall[],
  country: string,
): z.input<typeof Waiting>[] {
  const numbers = new Set(queues.map((queue) => queue.Number).filter(Boolean))
  const waiting = calls
    .map((call) => ({ call, queue: numberAtStart(call.Callee) }))
    .filter(({ call, queue }) => numbers.has(queue) && !/^talking$/i.test(call.Status ?? ''))
    .map(({ call, queue }) => ({
      caller: callerOf(call, country),
      waiting_sec: waiting_s(call),
      queue,
    }))
    .toSorted((a, b) => b.waiting_sec - a.waiting_sec)
  const counts = new Map<string, number>()
  return waiting.map((row) => {
    const position = (counts.get(row.queue) ?? 0) + 1
    counts.set(row.queue, position)
    return { ...row, position }
  })
}

/** `800 Repairs` → `800`. */
const numberAtStart = (party: string | null | undefined) => /^\s*(\d+)/.exec(party ?? '')?.[1] ?? ''

/** `+31612345678`, `10001 (0612345678)`: the longest number is the caller's own. */
function callerOf({ Caller }: PbxCall, country: string): string {
  const [number] = (Caller?.match(/\+?\d{3,}/g) ?? []).toSorted((a, b) => b.length - a.length)
  return e164(number, country) ?? number ?? 'anonymous'
}

function waiting_s({ ServerNow, LastChangeStatus, EstablishedAt }: PbxCall): number {
  const since = LastChangeStatus ?? EstablishedAt
  if (!since) return 0
  const now_ms = ServerNow ? Date.parse(ServerNow) : Date.now()
  return Math.max(Math.floor((now_ms - Date.parse(since)) / 1000), 0)
}
