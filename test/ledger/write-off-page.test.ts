import { expect, test } from 'vitest'
import { startVisiting } from '../portal/visiting.ts'

const { api, newInvoice, pageOf } = await startVisiting()

test('its customer sees an invoice that was written off as closed, not as paid', async () => {
  const { id } = await newInvoice()
  const { show } = await pageOf('invoice', id)
  await api.post(`/invoices/${id}/payments`, { amount: 100, method: 'pin' })
  await api.post(`/invoices/${id}/write-off`, { reason: 'Bankrupt' })
  const page = await show()
  for (const part of ['Gesloten', 'Afgeboekt', '€ −260,28']) expect(page).toContain(part)
  for (const part of ['voldaan', 'Nog te betalen', 'Scan met uw bankapp']) {
    expect(page).not.toContain(part)
  }
  await api.post(`/invoices/${id}/write-off/reverse`)
  expect(await show()).toContain('€ 260,28 Nog te betalen')
})
