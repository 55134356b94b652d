import {
  countUnread,
  deleteNotification,
  getNotification,
  listNotifications,
  readAllNotifications,
  readNotification,
} from '../domain/notifications/notifications.ts'
import { getPreferences, updatePreferences } from '../domain/notifications/preferences.ts'
import {
  listSubscriptions,
  pushKey,
  subscribe,
  unsubscribe,
} from '../domain/notifications/subscriptions.ts'
import { testNotification } from '../domain/notifications/test-notification.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** Digits only, or `/unread` would be a notification to the methods that it does not have. */
const one = '/:id{[0-9]+}'

export const notificationRoutes = router()
  .get('/', serve(listNotifications))
  .get('/unread', serve(countUnread))
  .post('/mark-all-read', serve(readAllNotifications))
  .get('/preferences', serve(getPreferences))
  .put('/preferences', serve(updatePreferences))
  .patch('/preferences', serve(updatePreferences))
  .post('/test', serve(testNotification))
  .get('/push-key', serve(pushKey))
  .get('/subscriptions', serve(listSubscriptions))
  .post('/subscriptions', serve(subscribe))
  .delete('/subscriptions', serve(unsubscribe))
  .get(one, serve(getNotification))
  .post(`${one}/read`, serve(readNotification))
  .delete(one, serve(deleteNotification))
