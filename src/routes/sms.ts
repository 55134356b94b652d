import { listSms, sendSms } from '../domain/sms/messages.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

export const smsRoutes = router().get('/log', serve(listSms)).post('/send', serve(sendSms))
