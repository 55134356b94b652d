import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newBoard } from './board.ts'

const { shop, owner } = await startShops()
const { add, move, clear } = newBoard(shop, owner)
const statuses = ['open', 'in_progress', 'done', 'cancelled'] as const

const place = { of: fc.nat(20), to: fc.nat(12), status: fc.constantFrom(...statuses) }
const command = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), ...place }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), ...place }) },
  fc.record({ kind: fc.constant('put' as const), ...place }),
  fc.record({ kind: fc.constant('delete' as const), ...place }),
)

/** Where every task stands, by status. */
async function standing() {
  const { rows } = await owner.query(
    `select id, status, position - min(position) over (partition by status) as position
     from tasks where tenant_id = $1 order by status, position`,
    [shop.tenant_id],
  )
  const columns = statuses.map((status) => {
    const column = rows.filter((row: Json) => row.status === status)
    expect(column.map(({ position }) => position)).toEqual([...column.keys()])
    return [status, column.map(({ id }) => Number(id))]
  })
  return Object.fromEntries(columns)
}

test('the board is a list per status, whatever is done to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
      await clear()
      const model: Record<string, number[]> = { open: [], in_progress: [], done: [], cancelled: [] }
      for (const { kind, of, to, status } of commands) {
        const ids = Object.values(model).flat()
        const id = ids[of % Math.max(1, ids.length)]
        if (kind === 'add' || id === undefined) {
          model[status]?.push(await add(status))
          continue
        }
        const from = Object.values(model).find((column) => column.includes(id)) as number[]
        const column = model[status] as number[]
        const stays = kind === 'put' && from === column
        if (!stays) from.splice(from.indexOf(id), 1)
        if (kind === 'delete') await shop.api.delete(`/tasks/${id}`)
        if (kind === 'put') await shop.api.put(`/tasks/${id}`, { status })
        if (kind === 'put' && !stays) column.push(id)
        if (kind === 'move') await move(id, to, status)
        if (kind === 'move') column.splice(to, 0, id)
        expect(await standing()).toEqual(model)
      }
    }),
    { numRuns: 20 },
  )
}, 120_000)
