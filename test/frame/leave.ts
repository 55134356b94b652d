import type { Body, Factory } from './factory.ts'

/** Valid bodies of who is off when. */
export const leaveBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/leave-types': (f) => ({ name: f.name('Leave'), days_per_year: 20, carry_over_days: 5 }),
  '/leave-requests': async (f) => ({
    employee_id: await f.id('/employees'),
    leave_type_id: await f.id('/leave-types'),
    start_date: '2026-11-02',
    end_date: '2026-11-06',
    notes: f.name('Lanzarote'),
  }),
  '/leave-requests/{id}/reject': () => ({ reason: 'Too busy' }),
  '/leave-adjustments': async (f) => ({
    employee_id: await f.id('/employees'),
    leave_type_id: await f.id('/leave-types'),
    year: 2026,
    days: 2.5,
    reason: f.name('Bought'),
  }),
  '/leave-calendar/feeds': async (f) => ({
    name: f.name('Outlook'),
    branch_id: await f.id('/branches'),
    employee_ids: [await f.id('/employees')],
  }),
}

/** Where the records are that these fields name. */
export const leaveCollections = { leave_type_id: '/leave-types', employee_ids: '/employees' }
