import { expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { postedMail } from '../fakes/postmark-mails.ts'
import { startReceiving } from './mailing.ts'

const world = await startReceiving()
const { shop, other, api, owner, mailbox, newCustomer, send } = world
const { post, webhook, connect, received, messageOf, threadOf, inbound_address } = world

test('a mail that comes in is a conversation in the inbox, with its customer', async () => {
  const customer = await newCustomer({ email: 'jane@example.com' })
  const mail = await received()
  expect(mail).toMatchObject({
    direction: 'inbound',
    status: 'received',
    from: { name: 'Jane Smith', email: 'jane@example.com' },
    to: [inbound_address],
    subject: 'Re: Your repair status',
    body_html: "<p>Thanks, I'll pick it up at 5pm.</p>",
    body_text: "Thanks, I'll pick it up at 5pm.",
    sent_at: '2026-03-27T10:30:00Z',
    read_at: null,
    is_automatic: false,
    user: null,
  })
  const inbox = (await api.get('/email/inbox')).body
  expect(inbox.data[0]).toMatchObject({
    id: mail.thread_id,
    subject: 'Re: Your repair status',
    customer: { id: customer.id, name: 'Jane Smith' },
    unread_count: 1,
    is_read: false,
  })
  expect((await api.get('/email/sent')).body.data).toEqual([])
  expect((await other.api.get('/email/inbox')).body.total).toBe(0)
})

test('an answer comes back into its conversation by the reply address', async () => {
  const thread = await send({ to: 'kim@example.com' })
  const reply_to = mailbox.mails()[0]?.headers['reply-to'] ?? ''
  const [, key = ''] = /^hash\+([\da-f]{32})@inbound\.postmarkapp\.com$/.exec(reply_to) ?? []
  expect(key).not.toBe('')
  // Some mail servers write it in capitals; a colleague may be the one who answers.
  const answer = await received({ MailboxHash: key.toUpperCase() })
  expect(answer.thread_id).toBe(thread.id)
  expect(await threadOf(answer)).toMatchObject({ message_count: 2, unread_count: 1 })
})

test('or by what it says it answers', async () => {
  const thread = await send({ to: 'kim@example.com' })
  const sent = mailbox.mails()[0]?.headers['message-id'] ?? ''
  const headers = (name: string, value: string) => ({
    Headers: [
      { Name: 'Message-ID', Value: `<${crypto.randomUUID()}@example.com>` },
      { Name: name, Value: value },
    ],
  })
  expect((await received(headers('In-Reply-To', sent))).thread_id).toBe(thread.id)
  const chain = `<unknown@example.com> ${sent}`
  const answer = await received(headers('References', chain))
  expect(answer.thread_id).toBe(thread.id)
  expect((await received(headers('References', '<nobody@example.com>'))).thread_id).not.toBe(
    thread.id,
  )
  // The next mail of the shop says what it answers.
  mailbox.clear()
  expect((await send({ to: 'kim@example.com', thread_id: thread.id })).message_count).toBe(4)
})

test('is kept once, however often it is posted', async () => {
  const mail = postedMail({
    Attachments: [
      { Name: 'a.txt', Content: btoa('hello'), ContentType: 'text/plain', ContentLength: 5 },
    ],
  })
  const answers = await Promise.all([1, 2, 3, 4].map(() => post(mail)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const message = await messageOf(mail.MessageID)
  expect(await threadOf(message)).toMatchObject({ message_count: 1, unread_count: 1 })
  expect(message.attachments).toHaveLength(1)
  // By another way, under another number of Postmark's.
  expect((await post({ ...mail, MessageID: crypto.randomUUID() })).status).toBe(200)
  expect((await threadOf(message)).message_count).toBe(1)
})

test('mails into one conversation at once are all counted; reading counts down', async () => {
  const { id } = await send({ to: 'kim@example.com' })
  const { rows } = await owner.query('select reply_key from email_threads where id = $1', [id])
  const MailboxHash = rows[0].reply_key
  await Promise.all(Array.from({ length: 8 }, () => post(postedMail({ MailboxHash }))))
  const path = `/email/threads/${id}`
  expect((await api.get(path)).body).toMatchObject({ message_count: 9, unread_count: 8 })
  const read = await Promise.all([
    ...[1, 2, 3].map(() => api.patch(path, { is_read: true })),
    ...[1, 2].map(() => post(postedMail({ MailboxHash }))),
  ])
  expect(read.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const counted = async () =>
    (
      await owner.query(
        `select unread_count, message_count, (select count(*)::int from email_messages m
           where m.thread_id = t.id and direction = 'inbound' and read_at is null) as really
         from email_threads t where id = $1`,
        [id],
      )
    ).rows[0]
  const { unread_count, message_count, really } = await counted()
  expect({ unread_count, message_count }).toEqual({ unread_count: really, message_count: 11 })
  expect((await api.patch(path, { is_read: true })).body).toMatchObject({ unread_count: 0 })
  expect((await api.patch(path, { is_read: false })).body).toMatchObject({ unread_count: 1 })
  expect((await api.put(path, { is_read: true })).body.is_read).toBe(true)
})

test('keeps files, cleans their names, and shows the pictures of the mail itself', async () => {
  const pixel = Buffer.from('89504e470d0a1a0a', 'hex')
  const message = await received({
    HtmlBody:
      '<img src="cid:logo%40shop"><img src="cid:none"><img src="https://track.example/p.gif?u=1">',
    Attachments: [
      {
        Name: '../../etc/pass\u0000wd.png',
        Content: pixel.toString('base64'),
        ContentType: 'image/png; name=x',
        ContentLength: pixel.length,
        ContentID: '<logo@shop>',
      },
      { Name: '', Content: btoa('<script>'), ContentType: 'text/html', ContentID: '' },
      { Name: 'x', Content: '', ContentType: 'no type\r\nX: y' },
    ],
  })
  expect(message.attachments).toMatchObject([
    { filename: 'passwd.png', content_type: 'image/png', size_bytes: 8 },
    { filename: 'file', content_type: 'text/html', size_bytes: 8 },
    { filename: 'x', content_type: 'application/octet-stream', size_bytes: 0 },
  ])
  const [picture, page] = message.attachments
  expect(message.body_html).toBe(`<img src="${picture.url}" />`)
  expect(message.blocked_images).toBe(1)
  const shown = await api.get(`/email/threads/${message.thread_id}?remote_images=1`)
  expect(shown.body.messages[0]).toMatchObject({
    blocked_images: 0,
    body_html: expect.stringContaining('src="https://track.example/p.gif?u=1"'),
  })
  const file = await api.get(`/email/attachments/${picture.id}`)
  expect(Buffer.from(file.body)).toEqual(pixel)
  expect(file.headers.get('content-disposition')).toMatch(/^inline; filename="passwd.png"/)
  const html = await api.get(`/email/attachments/${page.id}`)
  expect(html.headers.get('content-disposition')).toMatch(/^attachment/)
  expect(html.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('takes mails as large as Postmark posts, and no larger', async () => {
  const Content = Buffer.alloc(20_000_000, 'x').toString('base64')
  const large = { Name: 'large.bin', Content, ContentType: 'application/zip', ContentID: '' }
  expect((await received({ Attachments: [large] })).attachments[0].size_bytes).toBe(20_000_000)
  expect((await post(`"${'x'.repeat(37 * 1024 * 1024)}"`)).status).toBe(413)
}, 60_000)

test('what no mail is, or comes from elsewhere, is refused', async () => {
  expect((await post('{"what": "is this"}')).status).toBe(422)
  expect((await post('no JSON')).status).toBe(422)
  expect((await post(postedMail(), {}, `${webhook}x`)).status).toBe(404)
  const config = { webhook_user: 'postmark', webhook_password: 'a secret of tests' }
  await connect(config)
  const basic = (text: string) => ({ Authorization: `Basic ${btoa(text)}` })
  expect((await post(postedMail())).status).toBe(403)
  expect((await post(postedMail(), basic('postmark:wrong'))).status).toBe(403)
  expect((await post(postedMail(), basic('postmark:a secret of tests'))).status).toBe(200)
  await connect({ webhook_user: null, webhook_password: null })
  expect((await post(postedMail())).status).toBe(200)
})

test("the shop's own mail that comes around is not kept again; what others pass on is, once", async () => {
  await send({ to: 'kim@example.com' })
  const sent = mailbox.mails()[0]?.headers['message-id'] ?? ''
  const Headers = [{ Name: 'Message-ID', Value: sent }]
  const count = async () =>
    (await owner.query('select count(*)::int as n from email_messages')).rows[0].n
  const before = await count()
  const own = { Email: 'shop@example.com', Name: '', MailboxHash: '' }
  expect((await post(postedMail({ Headers, FromFull: own }))).status).toBe(200)
  expect(await count()).toBe(before)
  for (const _ of [1, 2]) expect((await post(postedMail({ Headers }))).status).toBe(200)
  expect(await count()).toBe(before + 1)
})

test('people are told of it, but nothing is told of what a machine wrote', async () => {
  await settled(owner)
  const told = async (id: number) =>
    (
      await owner.query(
        `select name from events where entity = 'email_message' and entity_id = $1 order by id`,
        [id],
      )
    ).rows.map(({ name }) => name)
  const mail = await received()
  expect(await told(mail.id)).toEqual(['email_message.created', 'email_message.received'])
  await settled(owner)
  const { body } = await shop.as.frontdesk.get('/notifications')
  expect(body.data[0]).toMatchObject({
    key: 'email_received',
    title: 'E-mail from Jane Smith',
    body: 'Re: Your repair status',
  })
  const automatic = await received({
    Headers: [
      { Name: 'Message-ID', Value: `<${crypto.randomUUID()}@example.com>` },
      { Name: 'Auto-Submitted', Value: 'auto-replied' },
    ],
  })
  expect(automatic.is_automatic).toBe(true)
  expect(await told(automatic.id)).toEqual(['email_message.created'])
})
