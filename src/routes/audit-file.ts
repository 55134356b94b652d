import { checkAuditFile } from '../domain/ledger/audit/checks.ts'
import { getAuditFile } from '../domain/ledger/audit/get-audit-file.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const auditFileRoutes = router()
  .get('/', serve(getAuditFile))
  .get('/checks', serve(checkAuditFile))
