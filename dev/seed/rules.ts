import type * as z from 'zod'
import { createRule } from '../../src/domain/automation/rules.ts'
import { createSlaConfig } from '../../src/domain/sla/configs.ts'
import { drafted } from './acting.ts'
import type { Story } from './story.ts'

const promises: z.input<typeof createSlaConfig.spec.body>[] = [
  {
    name: 'Spoed 8 uur',
    response_hours: 1,
    resolution_hours: 8,
    applies_to: 'urgent',
    warning_minutes: 60,
  },
  { name: 'Voorrang 24 uur', response_hours: 4, resolution_hours: 24, applies_to: 'high' },
]

const rules: z.input<typeof createRule.spec.body>[] = [
  {
    name: 'Klant laten weten dat de reparatie klaar is',
    trigger: 'work_order.status_changed',
    conditions: [{ field: 'status', operator: 'changed_to', value: 'ready' }],
    actions: [
      {
        type: 'send_email',
        params: {
          subject: 'Uw reparatie {{ticket_no}} is klaar',
          body: 'Beste {{customer_name}},\n\nUw {{device}} ligt voor u klaar.\n\n{{shop_name}}',
        },
      },
    ],
  },
  {
    name: 'Spoed zichtbaar maken',
    trigger: 'work_order.created',
    conditions: [{ field: 'priority', operator: '=', value: 'urgent' }],
    actions: [{ type: 'notify', params: { message: 'Spoed: {{ticket_no}}', role: 'technician' } }],
  },
  {
    name: 'Ligt al een maand stil',
    trigger: 'wo_idle',
    conditions: [{ field: 'idle_days', operator: '>=', value: 30 }],
    actions: [{ type: 'add_note', params: { note: 'Ligt al een maand stil: bellen.' } }],
    active: false,
  },
]

/** What the shop promises since yesterday, and what it has let its rules do. */
export function planRules(story: Story): void {
  const at = story.openingHour(1)
  for (const promise of promises) {
    story.at(at, 'manager', (ctx) =>
      createSlaConfig(ctx, { body: drafted(createSlaConfig, promise) }),
    )
  }
  for (const rule of rules) {
    story.at(at, 'manager', (ctx) => createRule(ctx, { body: drafted(createRule, rule) }))
  }
}
