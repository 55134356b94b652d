import { getLeaveCalendar } from '../domain/leave/calendar.ts'
import { readLeaveFeed } from '../domain/leave/feed-file.ts'
import { createLeaveFeed, deleteLeaveFeed, listLeaveFeeds } from '../domain/leave/feeds.ts'
import { router } from '../http/context.ts'
import { names } from '../http/etag.ts'
import { serve } from '../http/serve.ts'
import { sha256Hex } from '../lib/digest.ts'

export const leaveCalendarRoutes = router()
  .get('/', serve(getLeaveCalendar))
  .get('/feeds', serve(listLeaveFeeds))
  .post('/feeds', serve(createLeaveFeed))
  .delete('/feeds/:id', serve(deleteLeaveFeed))

/** `/calendar/<secret>.ics`: calendar programs read it now and then, without logging in. */
export const calendarFeedRoutes = router().get('/:file{[A-Za-z0-9]{40}\\.ics}', async (c) => {
  const token = c.req.param('file').replace('.ics', '')
  const text = await readLeaveFeed(c.get('ctx'), { params: { token } })
  const etag = `"${sha256Hex(text).slice(0, 32)}"`
  c.header('ETag', etag)
  // The address is a secret, and what stands there is for who has it.
  c.header('Cache-Control', 'private, no-cache')
  c.header('X-Robots-Tag', 'noindex, nofollow')
  if (names(c.req.header('if-none-match'), etag)) return c.body(null, 304)
  return c.body(text, 200, { 'Content-Type': 'text/calendar; charset=utf-8' })
})
