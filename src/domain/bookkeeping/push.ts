import type { Calling } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import type { Booked, SalesDocument } from '../../integrations/bookkeeper.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { decimal } from '../../lib/money.ts'
import {
  GiveUp,
  mayPass,
  type Reaction,
  type ReactionHandler,
  TryLater,
} from '../engine/reaction.ts'
import { delayOf } from '../engine/retry.ts'
import { switchedOff } from '../integrations/connection.ts'
import { bookkeeperConnection } from './bookkeepers.ts'
import {
  beginSync,
  endSync,
  failSync,
  keepContact,
  type Outgoing,
  pauseSync,
} from './push-steps.ts'

/**
 * Pushes the document of a reaction to the service that is its subject. The services know no key of
 * idempotency: a try is noted before it is made, and a later one looks first whether the document is there.
 */
export const pushToBookkeeper: ReactionHandler = async (ctx, reaction) => {
  const outgoing = await begin(ctx, reaction)
  if (!outgoing) return
  const params = { id: outgoing.id }
  try {
    const booked = await push(ctx, outgoing)
    await endSync(ctx, { params, body: { reaction, external_id: booked.id } })
  } catch (error) {
    const { failure, isFinal } = judged(error, reaction)
    const body = { failure, external_id: error instanceof Differs ? error.external_id : null }
    await (isFinal ? failSync : pauseSync)(ctx, { params, body })
    throw isFinal ? new GiveUp(failure) : error
  }
}

/** Tries to get a turn, a second apart: the other documents of the customer take no longer, as a rule. */
const rounds = 20

async function begin(ctx: Calling, reaction: Reaction): Promise<Outgoing | null> {
  for (let round = 0; round < rounds; round++) {
    const turn = await beginSync(ctx, { body: { reaction } })
    if (turn !== 'busy') return turn
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  throw new TryLater('Other documents of the customer are on their way.')
}

async function push(ctx: Calling, { id, slug, contact_id, wasTried, ...bookable }: Outgoing) {
  const connection = await bookkeeperConnection(ctx, slug)
  if (!connection?.enabled) throw new GiveUp(switchedOff(slug).message)
  const { provider } = connection
  const { buyer, document } = bookable
  const contact = await provider.contactFor(buyer, contact_id)
  if (contact !== contact_id) await keepContact(ctx, { params: { id }, body: { contact } })
  const there = wasTried ? await provider.find(document, contact) : null
  const booked = there ?? (await provider.book(document, contact))
  refuseDifference(provider.label, document, booked)
  return booked
}

/** It is there, but not as it is here: somebody has to look. */
class Differs extends GiveUp {
  readonly external_id: string

  constructor(message: string, external_id: string) {
    super(message)
    this.external_id = external_id
  }
}

/** What a service reckons by itself must be ours: the total to the cent, its parts but for a cent a rate. */
function refuseDifference(label: string, document: SalesDocument, booked: Booked) {
  const { total_cents, subtotal_cents } = booked
  const isOff = (theirs: number | null, ours: number, by_cents: number) =>
    theirs !== null && Math.abs(theirs - ours) > by_cents
  const said = (theirs: number | null, ours: number, what: string) =>
    new Differs(
      `${label} comes to ${decimal(theirs ?? 0)} ${what} VAT, and the document to ${decimal(ours)}.`,
      booked.id,
    )
  if (isOff(total_cents, document.total_cents, 0)) {
    throw said(total_cents, document.total_cents, 'incl.')
  }
  if (isOff(subtotal_cents, document.subtotal_cents, document.vat.length)) {
    throw said(subtotal_cents, document.subtotal_cents, 'excl.')
  }
}

/** What people are told of a failure, and whether another try is worth it. */
function judged(error: unknown, { kind, attempts }: Reaction) {
  const isLast = delayOf(kind, attempts) === null
  if (error instanceof GiveUp) return { failure: error.message, isFinal: true }
  if (error instanceof ProviderError) {
    return { failure: error.message, isFinal: isLast || error.failure !== 'no_answer' }
  }
  const refusal = refusalOf(error)
  const isFinal = isLast || (refusal !== undefined && !mayPass(refusal))
  return { failure: refusal?.message ?? 'It failed unexpectedly.', isFinal }
}
