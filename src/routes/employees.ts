import { deleteMailbox, getMailbox, testMailbox, updateMailbox } from '../domain/mail/mailboxes.ts'
import {
  createEmployee,
  deleteEmployee,
  getEmployee,
  listEmployees,
  updateEmployee,
} from '../domain/staff/employees.ts'
import {
  deletePhoneConfig,
  getPhoneConfig,
  updatePhoneConfig,
} from '../domain/telephony/employee-phone.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const employeeRoutes = router()
  .get('/', serve(listEmployees))
  .post('/', serve(createEmployee))
  .get('/:id', serve(getEmployee))
  .put('/:id', serve(updateEmployee))
  .patch('/:id', serve(updateEmployee))
  .delete('/:id', serve(deleteEmployee))
  .get('/:id/phone-config', serve(getPhoneConfig))
  .put('/:id/phone-config', serve(updatePhoneConfig))
  .patch('/:id/phone-config', serve(updatePhoneConfig))
  .delete('/:id/phone-config', serve(deletePhoneConfig))
  .get('/:id/email-config', serve(getMailbox))
  .put('/:id/email-config', serve(updateMailbox))
  .patch('/:id/email-config', serve(updateMailbox))
  .delete('/:id/email-config', serve(deleteMailbox))
  .post('/:id/email-config/test', serve(testMailbox))
