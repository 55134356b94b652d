import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { html } from 'hono/html'
import * as z from 'zod'
import type { Reading } from '../../../context.ts'
import { events } from '../../../db/tables.ts'
import { found } from '../../../refusal.ts'
import { Id } from '../../../schema.ts'
import { read } from '../../../verb.ts'
import { tenants } from '../../identity/tables.ts'
import type { Locale } from '../../sales/documents/texts.ts'
import { localeOf } from '../../sales/invoice-document.ts'
import { workOrderNotes, workOrderStatuses, workOrders } from '../../workshop/tables.ts'
import { type Html, pageOf } from './layout.ts'
import { head, prose, type Tone } from './parts.ts'
import type { Subject } from './subject.ts'
import { type Words, words } from './words.ts'

const tones: Record<Order['kind'], Tone> = {
  open: 'plain',
  waiting: 'wait',
  done: 'good',
  cancelled: 'bad',
}

/** How far the repair is. */
export const workOrderPage: Subject = {
  async show(ctx, id, view) {
    const { order, shop, story } = await readOrder(ctx, { params: { id } })
    const locale = view.lang ?? localeOf(shop)
    const t = words[locale].work_order
    const device = [order.device_brand, order.device_model].filter(Boolean).join(' ')
    const at = (instant: string | null) => instant && momentIn(shop.timezone, instant, locale)
    return pageOf(view, {
      shop,
      locale,
      title: `${t.kind} ${order.ticket_no}`,
      body: html`${head({
        kind: device ? `${t.kind} ${order.ticket_no}` : t.kind,
        title: device || order.ticket_no,
        state: t.labels[order.label] ?? order.label,
        tone: tones[order.kind],
        facts: [
          [t.expected, order.completed_at ? null : at(order.expected_ready_at)],
          [t.completed, at(order.completed_at)],
          [t.received, at(order.created_at)],
        ],
      })}
${storyOf(t, story, (instant) => momentIn(shop.timezone, instant, locale))}
${prose(t.problem, order.problem_description)}`,
    })
  },
  actions: {},
}

interface Step {
  at: string
  /** A status that it got. */
  label?: string
  /** What the shop wrote for the customer. */
  note?: string
}

/** Newest first. */
const storyOf = (
  t: Words['work_order'],
  story: Step[],
  shown: (instant: string) => string,
): Html | '' =>
  story.length === 0
    ? ''
    : html`<section class="card"><h2>${t.story}</h2><ul class="story">${story.map(
        ({ at, label, note }, place) => html`<li class="${place === 0 ? 'now' : ''}">
${label ? html`<b>${t.labels[label] ?? label}</b>` : html`<p class="text">${note}</p>`}
<p class="quiet">${shown(at)}</p></li>`,
      )}</ul></section>`

/** `vr 27 maart, 15:00`. */
const momentIn = (zone: string, instant: string, locale: Locale) =>
  new Intl.DateTimeFormat(locale === 'nl' ? 'nl-NL' : 'en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  })
    .format(new Date(instant))
    .replace(/ (om|at) /, ', ')

const orderColumns = {
  ticket_no: workOrders.ticket_no,
  device_brand: workOrders.device_brand,
  device_model: workOrders.device_model,
  problem_description: workOrders.problem_description,
  expected_ready_at: workOrders.expected_ready_at,
  completed_at: workOrders.completed_at,
  created_at: workOrders.created_at,
  label: workOrderStatuses.label,
  kind: workOrderStatuses.kind,
}

async function orderToShow(ctx: Reading, id: number) {
  const becoming = sql`${events.changes} -> 'status' ->> 1`
  const [[row], steps, notes] = await Promise.all([
    ctx.db
      .select({ order: orderColumns, shop: tenants })
      .from(workOrders)
      .innerJoin(workOrderStatuses, eq(workOrderStatuses.slug, workOrders.status))
      .innerJoin(tenants, eq(tenants.id, workOrders.tenant_id))
      .where(eq(workOrders.id, id)),
    ctx.db
      .select({ at: events.at, label: workOrderStatuses.label })
      .from(events)
      // A status that the shop has dropped since is not told of.
      .innerJoin(workOrderStatuses, eq(workOrderStatuses.slug, becoming))
      .where(
        and(
          eq(events.root, 'work_order'),
          eq(events.root_id, id),
          inArray(events.name, ['work_order.created', 'work_order.status_changed']),
        ),
      )
      .orderBy(desc(events.id))
      .limit(100),
    ctx.db
      .select({ at: workOrderNotes.created_at, note: workOrderNotes.note })
      .from(workOrderNotes)
      .where(and(eq(workOrderNotes.work_order_id, id), eq(workOrderNotes.is_internal, false)))
      .orderBy(desc(workOrderNotes.id))
      .limit(100),
  ])
  const time = ({ at }: Step) => new Date(at).getTime()
  const story: Step[] = [...steps, ...notes].sort((a, b) => time(b) - time(a))
  return { ...found(row), story }
}

type OrderToShow = Awaited<ReturnType<typeof orderToShow>>
type Order = OrderToShow['order']

const readOrder = read(
  {
    summary: 'Work order on the page of its customer',
    can: 'public',
    params: Id,
    output: z.custom<OrderToShow>(),
  },
  (ctx, { params }) => orderToShow(ctx, params.id),
)
