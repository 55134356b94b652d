import { eq } from 'drizzle-orm'
import { rowsBy } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { Message, messageRows, shownMessage } from './message-record.ts'
import { emailAttachments, emailMessages } from './tables.ts'

const reading = { can: 'emails:read', module: 'messaging', params: Id } as const

export const getMessage = read(
  {
    ...reading,
    summary: 'Get a mail',
    description: 'Without pictures that come from elsewhere; its thread can show them.',
    output: Message,
  },
  async (ctx, { params }) => {
    const [row] = await rowsBy(ctx, messageRows, emailMessages.id, params.id)
    return shownMessage(ctx, found(row))
  },
)

/** Pictures that a browser shows without running anything. */
const shownTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

export const downloadEmailAttachment = read(
  { ...reading, summary: 'Download an attachment of a mail', file: '*/*' },
  async (ctx, { params }) => {
    const [row] = await ctx.db
      .select({
        file_key: emailAttachments.file_key,
        filename: emailAttachments.filename,
        content_type: emailAttachments.content_type,
      })
      .from(emailAttachments)
      .where(eq(emailAttachments.id, params.id))
    const { file_key, filename, content_type } = found(row)
    const stored = file_key === null ? null : await ctx.env.FILES.get(file_key)
    if (!stored) throw notFound('File')
    return {
      content: stored.body,
      content_type,
      filename,
      inline: shownTypes.includes(content_type),
    }
  },
)
