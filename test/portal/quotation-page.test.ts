import { describe, expect, test } from 'vitest'
import { startVisiting, today } from './visiting.ts'

const { api, shop, owner, newQuotation, pageOf, eventsOf, open, send } = await startVisiting()

describe('a quotation', () => {
  test('is shown as on paper, in both languages', async () => {
    const { id, quotation_number } = await newQuotation()
    const { show } = await pageOf('quotation', id)
    const dutch = await show()
    for (const part of [
      'Reparatiehuis Amsterdam',
      `Offerte ${quotation_number}`,
      'Offerte',
      'Wacht op uw akkoord',
      'Scherm vervangen iPhone 15 Pro',
      '0,75 × 65,00 · Korting 10% · Btw 21%',
      '43,87',
      '€ 292,87',
      'Btw 21% over € 292,87',
      '€ 354,37',
      '30 april 2099',
      'Klaar terwijl u wacht',
      'Akkoord met offerte',
      '020 123 45 67',
    ]) {
      expect(dutch).toContain(part)
    }
    const english = await show('?lang=en')
    for (const part of ['Quotation', 'Awaiting your approval', '€354.37', '30 April 2099']) {
      expect(english).toContain(part)
    }
    expect(await show('?lang=xx')).toBe(dutch)
  })

  test('is accepted once, by the customer', async () => {
    const { id } = await newQuotation()
    const { url, show, post } = await pageOf('quotation', id)
    for (const name of ['', '   ', 'x'.repeat(201), '\0']) {
      const refused = await post('accept', { name })
      expect(refused.status, JSON.stringify(name)).toBe(422)
      expect(refused.text).toContain('Vul uw naam in.')
    }
    expect((await send(`${url}/accept`)).status).toBe(422)
    const accepted = await post('accept', { name: 'Jane <b>Smith</b>' })
    expect(accepted.status).toBe(303)
    expect(accepted.headers.get('location')).toBe(new URL(url).pathname)
    const { body } = await api.get(`/quotations/${id}`)
    expect(body).toMatchObject({ status: 'accepted', accepted_at: expect.any(String) })
    const { rows } = await owner.query('select accepted_by from quotations where id = $1', [id])
    expect(rows).toEqual([{ accepted_by: 'Jane <b>Smith</b>' }])
    expect(await eventsOf('quotation', id)).toContainEqual({
      name: 'quotation.accepted',
      actor: 'customer',
      user_id: null,
      tenant_id: shop.tenant_id,
    })
    expect((await open(url)).text).toContain(
      `Jane &lt;b&gt;Smith&lt;/b&gt; ging op ${today} akkoord`,
    )
    expect(await show()).not.toContain('Akkoord met offerte')

    expect((await post('accept', { name: 'Someone else' })).status).toBe(303)
    expect((await post('reject', { reason: 'After all not' })).status).toBe(303)
    expect((await api.get(`/quotations/${id}`)).body).toMatchObject({
      status: 'accepted',
      accepted_at: body.accepted_at,
      rejection_reason: null,
    })
  })

  test('of ten answers at once one counts', async () => {
    const { id } = await newQuotation()
    const { post } = await pageOf('quotation', id)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 ? post('accept', { name: `Jane ${n}` }) : post('reject', { reason: `No ${n}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303))
    const answered = (await eventsOf('quotation', id)).filter(({ actor }) => actor === 'customer')
    expect(new Set(answered.map(({ name }) => name)).size).toBeLessThanOrEqual(2)
    expect(answered.filter(({ name }) => /accepted|rejected/.test(name))).toHaveLength(1)
  })

  test('is rejected with or without a reason', async () => {
    for (const reason of ['Te duur', '']) {
      const { id } = await newQuotation()
      const { show, post } = await pageOf('quotation', id)
      expect((await post('reject', { reason: 'x'.repeat(1001) })).status).toBe(422)
      expect((await post('reject', { reason })).status).toBe(303)
      expect((await api.get(`/quotations/${id}`)).body).toMatchObject({
        status: 'rejected',
        rejection_reason: reason || null,
      })
      expect(await show()).toContain(reason ? 'Uw toelichting Te duur' : 'afgewezen. Specificatie')
    }
  })

  test('is not accepted after its last day, nor while the shop changes it', async () => {
    const late = await newQuotation()
    await owner.query(`update quotations set valid_until = '2026-01-31' where id = $1`, [late.id])
    const page = await pageOf('quotation', late.id)
    expect(await page.show()).toContain('geldig tot en met 31 januari 2026')
    expect((await page.post('accept', { name: 'Jane' })).status).toBe(303)
    expect((await api.get(`/quotations/${late.id}`)).body.status).toBe('expired')

    const changing = await newQuotation()
    const again = await pageOf('quotation', changing.id)
    await owner.query(`update quotations set status = 'draft' where id = $1`, [changing.id])
    expect(await again.show()).toContain('Wij passen deze offerte nog aan')
    expect((await again.post('accept', { name: 'Jane' })).status).toBe(303)
    expect((await api.get(`/quotations/${changing.id}`)).body.status).toBe('draft')
  })

  test('takes no answer that is not its own', async () => {
    const { id } = await newQuotation()
    const { post } = await pageOf('quotation', id)
    expect((await post('sign', { signature_data: 'x' })).status).toBe(404)
    expect((await post('pay')).status).toBe(404)
  })
})
