import type * as z from 'zod'
import type { Calling } from '../../../context.ts'
import { invalid } from '../../../refusal.ts'
import type { FileAnswer } from '../../../verb.ts'
import type { Action, Page, View } from './layout.ts'

/** The fields of a form that was sent. */
export type Fields = Record<string, unknown>

/** What a link can show, and what the customer can do with it; `id` is the document's. */
export interface Subject {
  show(ctx: Calling, id: number, view: View): Promise<Page>
  /** undefined as long as there is none. */
  pdf?(ctx: Calling, id: number, view: View): Promise<FileAnswer | undefined>
  /** Answers where to go next; back to the page when it says nothing. */
  actions: Partial<
    Record<
      Action,
      (ctx: Calling, id: number, fields: Fields, view: View) => Promise<string | undefined>
    >
  >
}

/** The fields that a schema asks for. Throws a Refusal (422) that names those which do not fit. */
export function fieldsOf<S extends z.ZodObject>(schema: S, fields: Fields): z.output<S> {
  const parsed = schema.safeParse(fields)
  if (parsed.success) return parsed.data
  const entries = parsed.error.issues.map(({ path, message }) => [path.join('.'), [message]])
  throw invalid(Object.fromEntries(entries))
}
