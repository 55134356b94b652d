import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import type { startShops } from '../harness/shop.ts'

type Shops = Awaited<ReturnType<typeof startShops>>

/** The board of a shop, as its users and its database know it. */
export const newBoard = ({ api, tenant_id }: Shops['shop'], owner: Shops['owner']) => ({
  add: async (status: string, more: object = {}): Promise<number> => {
    const { body } = await api.post('/tasks', { title: `A task ${status}`, status, ...more })
    return body.id
  },
  move: (task_id: number, position: number, status: string) =>
    api.post('/tasks/reorder', { task_id, position, status }),
  clear: () => owner.query('delete from tasks where tenant_id = $1', [tenant_id]),
})

/** The ids in each column; each stands at its position, from 0. */
export async function columnsOf(api: Client) {
  const { body } = await api.get('/tasks/kanban')
  const columns = body.map(({ status, tasks }: Json) => {
    expect(tasks.map(({ position }: Json) => position)).toEqual([...tasks.keys()])
    return [status, tasks.map(({ id }: Json) => id)]
  })
  return Object.fromEntries(columns) as Record<'open' | 'in_progress' | 'done', number[]>
}
