import { refused } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { integrationRows, webhookUrl } from '../integrations/integrations.ts'

export const getCrmTemplate = read(
  {
    summary: 'CRM template for 3CX',
    description:
      'To be uploaded to the exchange (Integrations → CRM): it then shows who calls, and reports every call when it ends. The exchange asks for the webhook secret, which is not in the file.',
    can: 'integrations:write',
    module: 'telephony',
    file: 'application/xml',
  },
  async (ctx) => {
    const [row] = await integrationRows(ctx, '3cx')
    if (!row) throw refused('not_configured', 'The configuration of 3CX must be saved first.')
    const xml = await crmTemplate(webhookUrl(ctx, '3cx', row.webhook_key))
    return {
      content: new TextEncoder().encode(xml),
      content_type: 'application/xml',
      filename: 'repair-angel-3cx.xml',
    }
  },
)

type Element = Record<string, unknown>

const builderOptions = { ignoreAttributes: false, format: true, suppressEmptyNode: true } as const

/**
 * The server-side CRM template of version 20. Its element names are those of public templates; no exchange
 * has confirmed this one as a whole.
 *
 * @param webhook_url where the exchange asks and reports
 */
export async function crmTemplate(webhook_url: string): Promise<string> {
  const { default: XMLBuilder } = await import('fast-xml-builder')
  return new XMLBuilder(builderOptions).build({
    '?xml': { '@_version': '1.0', '@_encoding': 'utf-8' },
    Crm: {
      '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      '@_Country': 'NL',
      '@_Name': 'Repair Angel',
      '@_Version': '1',
      '@_SupportsEmojis': 'false',
      '@_ListPageSize': '0',
      Number: { '@_Prefix': 'Plus', '@_MaxLength': '[MaxLength]' },
      Connection: { '@_MaxConcurrentRequests': '2' },
      Parameters: {
        Parameter: [
          parameter('ApiUrl', 'String', 'Address of the webhook:', webhook_url),
          parameter('Secret', 'Password', 'Webhook secret, where one is set:', ''),
          parameter('AppUrl', 'String', 'Page of a customer, up to the id:', ''),
        ],
      },
      Authentication: { '@_Type': 'No' },
      Scenarios: { Scenario: [lookup, report] },
    },
  })
}

const parameter = (name: string, type: 'String' | 'Password', title: string, value: string) => ({
  '@_Name': name,
  '@_Type': type,
  '@_Parent': 'General Configuration',
  '@_Editor': 'String',
  '@_Title': title,
  '@_Default': value,
})

const value = (key: string, text: string): Element => ({
  '@_Key': key,
  '@_Passes': '1',
  '@_Type': 'String',
  '#text': text,
})

const headers: Element = { Value: [value('X-Webhook-Secret', '[Secret]')] }

const request = (path: string, type: 'Get' | 'Post') => ({
  '@_Url': `[ApiUrl]${path}`,
  '@_MessagePasses': '0',
  '@_RequestType': type,
  '@_RequestEncoding': type === 'Get' ? 'UrlEncoded' : 'Json',
  '@_ResponseType': 'Json',
  Headers: headers,
})

/** Name of a variable here → field of the contact that contact.ts answers. */
const fields = {
  Id: 'id',
  FirstName: 'first_name',
  LastName: 'last_name',
  Company: 'company',
  Email: 'email',
  Phone: 'phone',
}

const output = (type: string, text: string): Element => ({
  '@_Type': type,
  '@_Passes': '1',
  '@_Value': text,
})

/** The scenario without an id is the one that looks a number up. */
const lookup: Element = {
  '@_Id': '',
  '@_Type': 'REST',
  Request: request('/contact?number=[Number]', 'Get'),
  Rules: { Rule: [{ '@_Type': 'Any', '@_Ethalon': '', '#text': 'contacts.id' }] },
  Variables: {
    Variable: Object.entries(fields).map(([name, field]) => ({
      '@_Name': name,
      '@_LookupValue': '',
      '@_Path': `contacts.${field}`,
    })),
  },
  Outputs: {
    '@_AllowEmpty': 'false',
    Output: [
      output('ContactUrl', '[AppUrl][Id]'),
      output('FirstName', '[FirstName]'),
      output('LastName', '[LastName]'),
      output('CompanyName', '[Company]'),
      output('Email', '[Email]'),
      output('PhoneMobile', '[Phone]'),
      output('EntityId', '[Id]'),
      output('EntityType', 'Contacts'),
    ],
  },
}

const utc = (variable: string) => `[[${variable}].ToString("yyyy-MM-ddTHH:mm:ssZ")]`

/** What journal.ts reads, and the exchange's variable for it. */
const report: Element = {
  '@_Id': 'ReportCall',
  '@_Type': 'REST',
  Request: {
    ...request('', 'Post'),
    PostValues: {
      Value: [
        value('call_type', '[CallType]'),
        value('number', '[Number]'),
        value('agent', '[Agent]'),
        value('queue', '[QueueExtension]'),
        value('duration', '[Duration]'),
        value('started_at', utc('CallStartTimeUTC')),
        value('established_at', utc('CallEstablishedTimeUTC')),
        value('ended_at', utc('CallEndTimeUTC')),
      ],
    },
  },
}
