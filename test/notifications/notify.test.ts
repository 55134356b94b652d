import { beforeEach, describe, expect, test } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import { makers } from '../workshop/makers.ts'
import { newEngineer, startTelling, told, userOf } from './telling.ts'

const world = await startTelling()
const { shop, other, owner, mailbox, settled, work, happened } = world
const { admin, manager, technician, frontdesk, accountant } = shop.as
const make = makers(shop, owner)
const engineer = await newEngineer(world, technician)

beforeEach(async () => {
  await settled()
  await owner.query('delete from notifications')
  await owner.query('delete from notification_preferences')
  await owner.query('delete from reactions')
  mailbox.clear()
})

const titles = async (api: Client) => {
  await settled()
  return (await told(api)).map(({ title }) => title)
}

describe('a work order', () => {
  test('that changes its status is told to its engineer as the reference words it', async () => {
    const { id, ticket_no } = await make.order({ assigned_to: engineer })
    await titles(technician)
    await owner.query('delete from notifications')
    await frontdesk.post(`/work-orders/${id}/status`, { status: 'in_repair' })
    await settled()
    expect(await told(technician)).toEqual([
      expect.objectContaining({
        type: 'work_order',
        key: 'wo_status_changed',
        title: `${ticket_no} status changed`,
        body: 'Work order moved to In Repair',
        entity: 'work_order',
        entity_id: id,
        read_at: null,
      }),
    ])
    expect(await told(manager)).toEqual([])
  })

  test('tells of the status that it took, though it went on since', async () => {
    const { id } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query(`update work_orders set status = 'ready' where id = $1`, [id])
    await owner.query('delete from reactions')
    await owner.query('delete from notifications')
    await happened('work_order.status_changed', 'work_order', id, { status: ['new', 'in_repair'] })
    await settled()
    expect((await told(technician))[0].body).toBe('Work order moved to In Repair')
  })

  test('is told to whom it is given, and no more to who had it for a moment', async () => {
    const { id, ticket_no } = await make.order()
    const second = await newEngineer(world, manager)
    await settled()
    await owner.query('delete from notifications')
    await frontdesk.patch(`/work-orders/${id}`, { assigned_to: engineer })
    expect(await titles(technician)).toEqual([`${ticket_no} assigned to you`])
    await owner.query('delete from notifications')
    await owner.query('update work_orders set assigned_to = $2 where id = $1', [id, second])
    await owner.query('delete from reactions')
    await happened('work_order.assigned', 'work_order', id, { assigned_to: [null, engineer] })
    expect(await titles(technician)).toEqual([])
    expect(await titles(manager)).toEqual([])
    await owner.query('update employees set user_id = null where id = $1', [second])
  })

  test('that is made and given at once is told to one person once', async () => {
    await owner.query('update employees set user_id = $2 where id = $1', [
      engineer,
      await userOf(frontdesk),
    ])
    const customer = await make.customer({ first_name: 'Jane', last_name: 'Smith' })
    const draft = { customer_id: customer.id, device_brand: 'Apple', device_model: 'iPhone 14' }
    const { body } = await manager.post('/work-orders', { ...draft, assigned_to: engineer })
    await settled()
    expect(await told(frontdesk)).toEqual([
      expect.objectContaining({
        key: 'wo_assigned',
        title: `${body.ticket_no} assigned to you`,
        body: 'Jane Smith, Apple iPhone 14',
      }),
    ])
    expect(await titles(admin)).toEqual([`${body.ticket_no} created`])
    await owner.query('update employees set user_id = $2 where id = $1', [
      engineer,
      await userOf(technician),
    ])
  })

  test('that gets a note is told to its engineer, but not his own note', async () => {
    const { id, ticket_no } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query('delete from notifications')
    await technician.post(`/work-orders/${id}/notes`, { note: 'Opened it' })
    await frontdesk.post(`/work-orders/${id}/notes`, { note: 'The customer called' })
    await settled()
    expect(await told(technician)).toEqual([
      expect.objectContaining({
        title: `Note on ${ticket_no}`,
        body: 'The customer called',
        entity: 'work_order',
        entity_id: id,
      }),
    ])
  })

  test('of a branch is told to the people of that branch, and to those of none', async () => {
    const branch_id = await make.branch()
    const elsewhere = await make.branch()
    await owner.query('update users set branch_id = $2 where id = $1', [
      await userOf(frontdesk),
      branch_id,
    ])
    await owner.query('update users set branch_id = $2 where id = $1', [
      await userOf(manager),
      elsewhere,
    ])
    const { body } = await technician.post('/work-orders', {
      customer_id: (await make.customer()).id,
      branch_id,
    })
    expect(await titles(frontdesk)).toEqual([`${body.ticket_no} created`])
    expect(await titles(admin)).toEqual([`${body.ticket_no} created`])
    expect(await titles(manager)).toEqual([])
    expect(await titles(accountant)).toEqual([])
    await owner.query('update users set branch_id = null')
  })

  test('whose deadline was missed days ago, as a new promise finds it, is told to nobody', async () => {
    const { id } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query('delete from notifications')
    const missed = (due_at: Date) => ({ kind: [null, 'response'], due_at: [null, due_at] })
    const day_ms = 24 * 3600_000
    await happened('sla.breached', 'work_order', id, missed(new Date(Date.now() - 2 * day_ms)))
    expect(await titles(technician)).toEqual([])
    await happened('sla.breached', 'work_order', id, missed(new Date(Date.now() - day_ms / 2)))
    expect(await titles(technician)).toHaveLength(1)
  })

  test('that is deleted before anybody is told is told to nobody', async () => {
    await happened('work_order.created', 'work_order', 999_999)
    expect(await titles(admin)).toEqual([])
  })
})

describe('preferences', () => {
  const changeStatus = async () => {
    const { id } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query('delete from notifications')
    mailbox.clear()
    await frontdesk.post(`/work-orders/${id}/status`, { status: 'in_repair' })
    await settled()
  }
  const choose = (channels: string[]) =>
    technician.put('/notifications/preferences', { preferences: { wo_status_changed: channels } })
  const mails = () => mailbox.mails().map(({ to }) => to[0])

  test('the usual channels mail it too, in the language of the shop', async () => {
    await changeStatus()
    expect(await told(technician)).toHaveLength(1)
    expect(mails()).toEqual(['technician@first.example'])
    const [mail] = mailbox.mails()
    expect(mail?.subject).toMatch(/^Status van WO-\d{4}-\d+ gewijzigd$/)
    expect(mail?.text).toContain('De werkorder staat nu op In Repair')
    expect(mail?.text).toContain('Dag technician of first,')
    await admin.put('/settings', { locale: 'en' })
    await changeStatus()
    expect(mailbox.mails()[0]?.subject).toMatch(/^WO-\d{4}-\d+ status changed$/)
    await admin.put('/settings', { locale: 'nl' })
  })

  test('in the app alone', async () => {
    await choose(['in_app'])
    await changeStatus()
    expect(await told(technician)).toHaveLength(1)
    expect(mails()).toEqual([])
  })

  test('by mail alone', async () => {
    await choose(['email'])
    await changeStatus()
    expect(await told(technician)).toEqual([])
    expect(mails()).toEqual(['technician@first.example'])
  })

  test('not at all', async () => {
    await choose([])
    await changeStatus()
    expect(await told(technician)).toEqual([])
    expect(mails()).toEqual([])
    const { rows } = await owner.query('select 1 from notifications')
    expect(rows).toEqual([])
  })
})

describe('once', () => {
  /** An event whose notify reaction runs as often as it is told to. */
  async function repeated(again: (id: number) => Promise<unknown>) {
    const { id } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query('delete from notifications')
    mailbox.clear()
    await frontdesk.post(`/work-orders/${id}/status`, { status: 'in_repair' })
    await settled()
    const { rows } = await owner.query(
      `select r.id::int from reactions r join events e on e.id = r.event_id
       where e.name = 'work_order.status_changed' and e.entity_id = $1 and r.kind = 'notify'`,
      [id],
    )
    await again(rows[0].id)
    await settled()
    expect(await told(technician)).toHaveLength(1)
    expect(mailbox.mails()).toHaveLength(1)
  }
  test('when the handler runs a second time', () =>
    repeated(async (id) => {
      await owner.query(
        `update reactions set done_at = null, next_at = now(), attempts = 0 where id = $1`,
        [id],
      )
      await work()
    }))

  test('when another reaction tells of the same event', () =>
    repeated(async (id) => {
      await owner.query(
        `insert into reactions (tenant_id, kind, key, event_id)
         select tenant_id, kind, key || '/' || n, event_id from reactions, generate_series(1, 5) n
         where id = $1`,
        [id],
      )
      await Promise.all(Array.from({ length: 5 }, work))
    }))

  test('when many consumers take it at once', async () => {
    const { id } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query('delete from notifications')
    mailbox.clear()
    await Promise.all([
      happened('work_order.status_changed', 'work_order', id, { status: ['new', 'in_repair'] }),
      ...Array.from({ length: 10 }, work),
    ])
    await settled()
    expect(await told(technician)).toHaveLength(1)
    expect(mailbox.mails()).toHaveLength(1)
  })
})

describe('who is told', () => {
  test('nobody who is inactive', async () => {
    const id = await userOf(technician)
    const { id: order } = await make.order({ assigned_to: engineer })
    await settled()
    await owner.query('delete from notifications')
    await owner.query('update users set active = false where id = $1', [id])
    await frontdesk.post(`/work-orders/${order}/status`, { status: 'in_repair' })
    await settled()
    await owner.query('update users set active = true where id = $1', [id])
    expect(await told(technician)).toEqual([])
  })

  test('nobody of another shop', async () => {
    await make.order()
    await settled()
    expect(await told(other.api)).toEqual([])
  })

  test('the maker of a quotation and the counter, of the customer’s answer', async () => {
    const customer = await make.customer({ first_name: 'Jane', last_name: 'Smith' })
    const { body } = await accountant.post('/quotations', {})
    expect(body.code).toBe('forbidden')
    const draft = {
      customer_id: customer.id,
      lines: [{ description: 'Screen', qty: 1, unit_price: 100, vat_pct: 21 }],
    }
    const quotation: Json = (await frontdesk.post('/quotations', draft)).body
    await settled()
    await happened('quotation.accepted', 'quotation', quotation.id)
    const expected = [`Quotation ${quotation.quotation_number} accepted`]
    for (const api of [admin, manager, frontdesk]) expect(await titles(api)).toEqual(expected)
    expect((await told(frontdesk))[0]).toMatchObject({
      type: 'customer',
      body: 'Jane Smith: €121.00',
    })
    expect(await titles(technician)).toEqual([])
    await happened('quotation.expired', 'quotation', quotation.id, {})
    expect(await titles(frontdesk)).toHaveLength(2)
    expect(await titles(manager)).toHaveLength(1)
  })
})
