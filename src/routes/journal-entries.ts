import { createEntry, getEntry, listEntries, reverseEntry } from '../domain/ledger/entries.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const journalEntryRoutes = router()
  .get('/', serve(listEntries))
  .post('/', serve(createEntry))
  .get('/:id', serve(getEntry))
  .post('/:id/reverse', serve(reverseEntry))
