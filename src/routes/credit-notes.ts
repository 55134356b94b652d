import { applyCreditNote } from '../domain/sales/credit-note-apply.ts'
import { getCreditNotePdf } from '../domain/sales/credit-note-document.ts'
import {
  createCreditNote,
  deleteCreditNote,
  getCreditNote,
  listCreditNotes,
  updateCreditNote,
} from '../domain/sales/credit-notes.ts'
import { getCreditNoteUbl } from '../domain/sales/einvoice/get-ubl.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const creditNoteRoutes = router()
  .get('/', serve(listCreditNotes))
  .post('/', serve(createCreditNote))
  .get('/:id', serve(getCreditNote))
  .put('/:id', serve(updateCreditNote))
  .patch('/:id', serve(updateCreditNote))
  .delete('/:id', serve(deleteCreditNote))
  .post('/:id/apply', serve(applyCreditNote))
  .get('/:id/pdf', serve(getCreditNotePdf))
  .get('/:id/ubl', serve(getCreditNoteUbl))
