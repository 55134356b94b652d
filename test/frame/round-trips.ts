import type { NeonEndpoint } from '../../dev/neon-endpoint.ts'
import type { Client } from '../harness/client.ts'
import type { Factory } from './factory.ts'
import type { Operation } from './operations.ts'

/** What one request cost at the database's door. */
export interface RoundTrips {
  http: number
  connects: number
  /** Messages of an interactive transaction that waited for an answer. */
  messages: number
}

/** Performs an operation on a record that is ready for it, and counts. */
export async function roundTripsOf(
  operation: Operation,
  { api, factory, endpoint }: { api: Client; factory: Factory; endpoint: NeonEndpoint },
): Promise<RoundTrips & { status: number }> {
  const path = await factory.addressOf(operation, await factory.idsFor(operation))
  const body = await factory.bodyFor(operation)
  endpoint.reset()
  const { status } = await api.send(operation.method, path, body)
  // What a stream's transaction says last would be counted with the next operation.
  await endpoint.websocketsClosed()
  const { http, websocket_connects, websocket_round_trips } = endpoint.counts
  return { status, http, connects: websocket_connects, messages: websocket_round_trips }
}
