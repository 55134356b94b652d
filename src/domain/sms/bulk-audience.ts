import { sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { customers, customerTags } from '../customers/tables.ts'
import { smsMessages } from './tables.ts'

/** Why a customer who was meant gets no message. */
export const leftOutReasons = ['opted_out', 'no_number', 'invalid_number', 'same_number'] as const

export type LeftOut = Record<(typeof leftOutReasons)[number], number>

interface Audience {
  tag_id: number | undefined
  is_business: boolean | undefined
}

/**
 * Writes a message to each customer who is meant, with the text as it is, in one statement: whatever their
 * number, none of them is in the Worker's memory. Who shares a number gets one message together; one of them who
 * opted out did so for the number.
 */
export async function addressBulk(
  ctx: Transacting,
  bulk: { id: number; text: string; credits: number } & Audience,
): Promise<{ queued: number; left_out: LeftOut }> {
  const { rows } = await ctx.db.execute<Record<'queued' | keyof LeftOut, string>>(sql`
    with meant as materialized (
      select id, phone, phone_e164, sms_opt_out from ${customers} where ${condition(bulk)}
    ), judged as (
      select m.id, m.phone_e164, case
        when coalesce(btrim(m.phone), '') = '' then 'no_number'
        when m.phone_e164 is null then 'invalid_number'
        when m.sms_opt_out or exists (select from ${customers} c
          where c.phone_e164 = m.phone_e164 and c.sms_opt_out) then 'opted_out'
        when row_number() over (partition by m.phone_e164 order by m.id) > 1 then 'same_number'
      end as reason
      from meant m
    ), written as (
      insert into ${smsMessages} (phone, body, customer_id, credits, bulk_id)
      select phone_e164, ${bulk.text}, id, ${bulk.credits}, ${bulk.id} from judged
      where reason is null order by id
      returning 1
    )
    select (select count(*) from written) as queued, ${sql.join(
      leftOutReasons.map(
        (reason) => sql`count(*) filter (where reason = ${reason}) as ${sql.identifier(reason)}`,
      ),
      sql`, `,
    )} from judged`)
  const count = (name: 'queued' | keyof LeftOut) => Number(rows[0]?.[name] ?? 0)
  const left_out = Object.fromEntries(leftOutReasons.map((name) => [name, count(name)])) as LeftOut
  return { queued: count('queued'), left_out }
}

const condition = ({ tag_id, is_business }: Audience) => {
  const tagged =
    tag_id === undefined
      ? sql`true`
      : sql`id in (select ${customerTags.customer_id} from ${customerTags} where ${customerTags.tag_id} = ${tag_id})`
  return is_business ? sql`${tagged} and is_business` : tagged
}
