/** An inbound mail as Postmark posts it. */
export const postedMail = (change: Record<string, unknown> = {}) => ({
  FromName: 'Jane Smith',
  MessageStream: 'inbound',
  From: 'jane@example.com',
  FromFull: { Email: 'Jane@Example.com', Name: 'Jane Smith', MailboxHash: '' },
  To: 'hash@inbound.postmarkapp.com',
  ToFull: [{ Email: 'hash@inbound.postmarkapp.com', Name: '', MailboxHash: '' }],
  Cc: '',
  CcFull: [],
  Bcc: '',
  BccFull: [],
  OriginalRecipient: 'hash@inbound.postmarkapp.com',
  Subject: 'Re: Your repair status',
  MessageID: crypto.randomUUID(),
  ReplyTo: '',
  MailboxHash: '',
  Date: 'Fri, 27 Mar 2026 10:30:00 +0000 (UTC)',
  TextBody: "Thanks, I'll pick it up at 5pm.",
  HtmlBody: "<p>Thanks, I'll pick it up at 5pm.</p>",
  StrippedTextReply: '',
  Tag: '',
  Headers: [{ Name: 'Message-ID', Value: `<${crypto.randomUUID()}@mail.example.com>` }],
  Attachments: [],
  ...change,
})

/** What Postmark posts of a mail that it sent. */
export const postedOutcome = (record: 'Delivery' | 'Bounce' | 'SpamComplaint', change: object) => ({
  RecordType: record,
  ServerID: 23,
  MessageStream: 'outbound',
  Metadata: {},
  ...(record === 'Delivery'
    ? { Recipient: 'jane@example.com', DeliveredAt: '2026-03-27T08:00:01Z', Details: 'OK' }
    : {
        ID: Math.floor(Math.random() * 1e9),
        Type: record === 'Bounce' ? 'HardBounce' : 'SpamComplaint',
        TypeCode: record === 'Bounce' ? 1 : 512,
        Name: record === 'Bounce' ? 'Hard bounce' : 'Spam complaint',
        Description: 'The server was unable to deliver your message.',
        Details: 'smtp;550 5.1.1 no such user',
        Email: 'jane@example.com',
        BouncedAt: '2026-03-27T08:00:01Z',
        Inactive: true,
        CanActivate: record === 'Bounce',
        Subject: 'Hello',
      }),
  ...change,
})
