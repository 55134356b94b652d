import { listTriggers } from '../domain/automation/catalog.ts'
import {
  createRule,
  deleteRule,
  getRule,
  listRuleLogs,
  listRules,
  toggleRule,
  updateRule,
} from '../domain/automation/rules.ts'
import { runRule } from '../domain/automation/run-rule.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const automationRuleRoutes = router()
  .get('/', serve(listRules))
  .post('/', serve(createRule))
  .get('/triggers', serve(listTriggers))
  .get('/:id', serve(getRule))
  .put('/:id', serve(updateRule))
  .patch('/:id', serve(updateRule))
  .delete('/:id', serve(deleteRule))
  .post('/:id/toggle', serve(toggleRule))
  .get('/:id/logs', serve(listRuleLogs))
  .post('/:id/run', serve(runRule))
