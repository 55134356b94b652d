import * as z from 'zod'
import { found } from '../../refusal.ts'
import { id } from '../../schema.ts'
import { call, transact } from '../../verb.ts'
import { lockSchedule, makeInvoice } from './make-invoice.ts'
import { writing } from './recurring-invoice-record.ts'

const makeNext = transact(
  {
    ...writing,
    summary: 'Make the next invoice of a schedule',
    output: z.object({ invoice_id: z.int(), auto_send: z.boolean() }),
  },
  async (ctx, { params }) => {
    const { schedule } = found(await lockSchedule(ctx, params.id))
    return { invoice_id: await makeInvoice(ctx, schedule), auto_send: schedule.auto_send }
  },
)

export const generateInvoice = call(
  {
    ...writing,
    summary: 'Generate invoice now',
    description:
      'Makes the invoice of the next run date at once and moves the schedule on, so that no day is billed twice. With `auto_send` it is issued and mailed.',
    output: z.object({
      invoice_id: id().meta({ examples: [134] }),
      message: z.string().meta({ examples: ['Invoice generated'] }),
    }),
  },
  async (ctx, { params }) => {
    const { invoice_id, auto_send } = await makeNext(ctx, { params })
    if (auto_send) {
      await ctx.env.EVENTS_QUEUE.send({
        kind: 'recurring_invoice',
        tenant_id: found(ctx.session.tenant_id),
        id: params.id,
        request_id: ctx.request_id,
      })
    }
    return { invoice_id, message: 'Invoice generated' }
  },
)
