import type { Body, Factory } from './factory.ts'

/** Valid bodies of who works where, on what, and is told of what. */
export const peopleBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/branches': (f) => ({ name: f.name('Branch') }),
  '/employees': async (f) => ({
    name: f.name('Employee'),
    branch_id: await f.id('/branches'),
    started_on: '2026-01-01',
  }),
  '/tasks': async (f) => ({
    title: f.name('Task'),
    assigned_to: await f.id('/employees'),
    work_order_id: await f.id('/work-orders'),
  }),
  '/tasks/reorder': async (f) => ({
    task_id: await f.id('/tasks'),
    position: 0,
    status: 'in_progress',
  }),
  '/notifications/preferences': () => ({ preferences: { wo_assigned: ['in_app', 'push'] } }),
  '/notifications/subscriptions': (f) => ({
    endpoint: `https://push.example.com/send/${f.name('browser').replaceAll(' ', '-')}`,
    // The browser of RFC 8291's example.
    keys: {
      p256dh:
        'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
  }),
  '/notifications/test': () => ({ channel: 'in_app' }),
}
