import type pg from 'pg'

/** Nothing happens by itself any more: who walks all operations means what each does, not what follows. */
export const nothingReacts = (owner: pg.Pool) =>
  owner.query('alter table events disable trigger react')
