import type { Client, Json } from '../harness/client.ts'

/** The rule of the reference's own sample. */
export const closing = {
  name: 'Auto-close after 30 days',
  trigger: 'wo_idle',
  conditions: [{ field: 'idle_days', operator: '>=', value: 30 }],
  actions: [{ type: 'set_status', params: { status: 'cancelled' } }],
}

export async function newRule(api: Client, draft: object = {}): Promise<Json> {
  const { status, body } = await api.post('/automation-rules', { ...closing, ...draft })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { ...body, path: `/automation-rules/${body.id}` }
}

interface Owner {
  query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }>
}

/** What leaves the house stays in the table, to be looked at. */
export const keepInside = (owner: Owner) =>
  owner.query(`
    create function keep_inside() returns trigger language plpgsql as
    $$ begin new.next_at := 'infinity'; new.failure := 'It waits for the test.'; return new; end $$;
    create trigger keep_inside before insert on reactions for each row
    when (new.kind in ('mail', 'sms', 'webhook', 'push')) execute function keep_inside()`)

/** What was asked to be done outside. */
export async function askedFor(owner: Owner, kind: string): Promise<Json[]> {
  const { rows } = await owner.query(
    'select key, subject_id::int, payload from reactions where kind = $1 order by id',
    [kind],
  )
  return rows
}

/** The log of a rule, newest first. */
export const logOf = async (api: Client, { path }: Json): Promise<Json[]> =>
  (await api.get(`${path}/logs`)).body.data
