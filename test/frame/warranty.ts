import type { Body, Factory } from './factory.ts'

/** A repair that is done, and covered. */
async function coveredOrder(f: Factory): Promise<number> {
  const id = await f.id('/work-orders')
  for (const status of ['in_repair', 'completed']) {
    await f.create(`/work-orders/${id}/status`, { status })
  }
  await f.id('/warranty/configs')
  return id
}

/** Valid bodies of warranty. */
export const warrantyBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/warranty/configs': (f) => ({ name: f.name('Policy'), duration_days: 90 }),
  '/warranty/claims': async (f) => ({
    work_order_id: await coveredOrder(f),
    description: f.name('The screen flickers again'),
    metadata: { photos: 3 },
  }),
  '/warranty/claims/{id}/approve': async (f) => ({
    lines: [{ description: 'Screen', product_id: await f.id('/products'), quantity: 1 }],
    assigned_to: await f.id('/employees'),
    notes: 'Check the cable too',
  }),
  '/warranty/claims/{id}/reject': () => ({ reason: 'The device was dropped' }),
}
