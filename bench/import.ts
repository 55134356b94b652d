import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { openConfined } from './confined.ts'

// node bench/import.ts [products]
//   How long a spreadsheet of so many products takes (50,000 when not said), and what the isolate needs for it: the
//   import, the same file again, the export, a dry run. One line is bad.

const size = Number(process.argv[2] ?? 50_000)

const line = (n: number) =>
  `SKU-${n};"Screen ""${n}"" for phone";Black, with frame and adhesive;${8_700_000_000_000 + n};12,5;7,25;21;${n % 20};3;Parts > Screens > Group ${n % 40}`
const lines = Array.from({ length: size }, (_, n) => (n === size - 7 ? ';no key;;;;;;;;' : line(n)))
const file = `sku;name;description;barcode;price_excl;purchase_price;vat_rate;stock_quantity;min_stock;category\n${lines.join('\n')}\n`

/** Without the time limit that `fetch` sets to the first line of an answer. */
async function sent(url: string, options: RequestOptions, body: string): Promise<string> {
  const asked = request(url, options)
  asked.end(body)
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  if (!answer) throw new Error('No answer')
  const text = (await answer.setEncoding('utf8').toArray()).join('')
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${text}`)
  return text
}

const stage = await openConfined()
const table: Record<string, object> = {}
const measure = (name: string, act: () => Promise<string>) => stage.measure(table, name, act)

try {
  const headers = { Authorization: `Bearer ${stage.token}`, 'Content-Type': 'text/csv' }
  const send = (method: string, path: string, body = '') =>
    sent(`${stage.url}${path}`, { method, headers }, body)
  const post = (query = '', body = file) => send('POST', `/products/import${query}`, body)
  await fetch(`${stage.url}/health`)
  console.log(`\n${size} products, ${(file.length / 1e6).toFixed(1)} MB`)
  console.log(await measure('import', () => post()))
  console.log(await measure('the same again', () => post()))
  const sheet = await measure('export', () => send('GET', '/products/export'))
  const others = file.replaceAll('SKU-', 'DRY-')
  console.log(await measure('dry run of others', () => post('?dry_run=1', others)))
  console.log(`exported ${sheet.trim().split('\r\n').length - 1} products`)
  console.table(table)
} finally {
  await stage.close()
}
