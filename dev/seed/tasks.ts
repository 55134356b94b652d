import type { taskStatuses } from '../../src/domain/tasks/tables.ts'
import { createTask } from '../../src/domain/tasks/tasks.ts'
import { drafted } from './acting.ts'
import { dayOf, daysAfter, type Story } from './story.ts'

interface Chore {
  title: string
  description?: string
  status?: (typeof taskStatuses)[number]
  /** Days from today; negative: it was due. */
  due?: number
  /** Days from today, at nine in the morning. */
  remind?: number
}

const chores: Chore[] = [
  { title: 'Gereedschap kalibreren', status: 'done', due: -12 },
  { title: 'Etalage opnieuw inrichten', status: 'done' },
  { title: 'Leentoestellen wissen', status: 'done', due: -3 },
  { title: 'Folders bijbestellen', status: 'cancelled' },
  { title: 'Voorraad schermen tellen', status: 'in_progress', due: 0 },
  {
    title: 'Leverancier bellen over retour',
    description: 'Twee batterijen met een deuk, foto’s staan bij de bestelling',
    status: 'in_progress',
  },
  { title: 'Onderdelen voor volgende week bestellen', due: 2, remind: 1 },
  { title: 'Klant terugbellen over offerte', due: -1 },
  { title: 'Soldeerstation schoonmaken' },
  { title: 'Prijslijst schermen bijwerken', due: 7, remind: 6 },
  { title: 'Nieuwe collega inwerken', description: 'Intake, kassa, garantie', due: 14 },
  { title: 'Rookmelder testen', due: 30 },
]

/** What there is to do besides repairs, in every column of the board. */
export function planChores(story: Story): void {
  const { random, shop } = story
  for (const [place, { due, remind, ...chore }] of chores.entries()) {
    const at = story.openingHour(2 * (chores.length - place))
    story.at(at, 'manager', (ctx) =>
      createTask(ctx, {
        body: drafted(createTask, {
          ...chore,
          assigned_to: place % 4 === 3 ? null : random.pick(shop.technicians),
          ...(remind && { remind_at: `${dayOf(daysAfter(story.now, remind))} 09:00` }),
          ...(due !== undefined && { due_date: dayOf(daysAfter(story.now, due)) }),
        }),
      }),
    )
  }
}
