import { approveLeaveRequest } from '../../src/domain/leave/decisions.ts'
import { createLeaveRequest } from '../../src/domain/leave/leave-requests.ts'
import { listLeaveTypes } from '../../src/domain/leave/leave-types.ts'
import { drafted } from './acting.ts'
import { dayOf, daysAfter, type Story } from './story.ts'

interface Absence {
  type: 'Vakantie' | 'Ziekte'
  /** Days from today on which it begins; negative: it was. */
  starts: number
  days: number
  /** How long before it was asked for. */
  asked: number
  /** Nobody has answered yet. */
  open?: true
}

/** Of the technicians, in turn. */
const absences: Absence[] = [
  { type: 'Vakantie', starts: -130, days: 12, asked: 40 },
  { type: 'Ziekte', starts: -45, days: 4, asked: 0 },
  { type: 'Vakantie', starts: -2, days: 7, asked: 30 },
  { type: 'Vakantie', starts: 30, days: 9, asked: 33, open: true },
  { type: 'Vakantie', starts: 60, days: 4, asked: 75 },
]

/** Who was, is and wants to be off. */
export function planLeave(story: Story): void {
  const { shop, now } = story
  for (const [place, { type, starts, days, asked, open }] of absences.entries()) {
    const employee_id = shop.technicians[place % shop.technicians.length]
    if (employee_id === undefined) continue
    let id = 0
    story.at(daysAfter(now, starts - asked), 'technician', async (ctx) => {
      const types = await listLeaveTypes(ctx, { query: {} })
      const leave_type_id = types.find(({ name }) => name === type)?.id ?? 0
      const start_date = dayOf(daysAfter(now, starts))
      const end_date = dayOf(daysAfter(now, starts + days - 1))
      const draft = { employee_id, leave_type_id, start_date, end_date }
      id = (await createLeaveRequest(ctx, { body: drafted(createLeaveRequest, draft) })).id
    })
    if (type === 'Ziekte' || open) continue
    story.at(daysAfter(now, starts - asked + 1), 'manager', (ctx) =>
      approveLeaveRequest(ctx, { params: { id } }),
    )
  }
}
