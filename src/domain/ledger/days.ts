import { type SQL, sql } from 'drizzle-orm'
import type { Writing } from '../../context.ts'
import { guard } from '../../db/rows.ts'

/** 422 at the field that names a day on which nothing can have happened yet, or long before there were shops. */
export const mustBePast = (ctx: Writing, day: string | SQL | undefined, field: string) =>
  guard(
    ctx,
    sql`coalesce(${day ?? null}::date, app.today()) between '2000-01-01' and app.today()`,
    {
      code: 'validation_failed',
      message: `The ${field.replaceAll('_', ' ')} field must be a date before or equal to today.`,
      field,
    },
  )
