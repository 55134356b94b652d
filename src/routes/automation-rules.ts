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

// Digits, so that `/triggers` is a path of its own in every method.
const one = '/:id{[0-9]+}'

export const automationRuleRoutes = router()
  .get('/', serve(listRules))
  .post('/', serve(createRule))
  .get('/triggers', serve(listTriggers))
  .get(one, serve(getRule))
  .put(one, serve(updateRule))
  .patch(one, serve(updateRule))
  .delete(one, serve(deleteRule))
  .post(`${one}/toggle`, serve(toggleRule))
  .get(`${one}/logs`, serve(listRuleLogs))
  .post(`${one}/run`, serve(runRule))
