import { html, raw } from 'hono/html'
import type { PaymentPanel, Sheet } from '../../sales/documents/sheet.ts'
import { type Action, addressOf, type Html, type View } from './layout.ts'

// Blocks that the pages are made of.

/** The colour of a state: done, waiting for someone, refused, or neither. */
export type Tone = 'good' | 'wait' | 'bad' | 'plain'

type Facts = [label: string, value: string | null][]

/** What the page is about, at its head. */
export const head = ({
  kind,
  title,
  state,
  tone,
  amount,
  facts,
}: {
  kind: string
  title: string
  state: string
  tone: Tone
  amount?: { label: string; value: string } | undefined
  facts: Facts
}): Html => html`<section class="card">
<div class="top"><p class="kind">${kind}</p><p class="state ${tone}">${state}</p></div>
<h1>${title}</h1>
${amount && html`<p class="amount">${amount.value}</p><p class="quiet">${amount.label}</p>`}
${factList(facts)}
</section>`

const factList = (facts: Facts) => {
  const known = facts.filter(([, value]) => value)
  return known.length === 0
    ? ''
    : html`<dl>${known.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`
}

export const notice = (tone: Tone, text: string): Html => html`<p class="note ${tone}">${text}</p>`

/**
 * The rows and sums of a document, as they are on its paper: first the description, then quantity and
 * price, last the amount.
 */
export function specification(
  heading: string,
  table: Sheet['table'],
  totals: Sheet['totals'],
): Html {
  const [, , , ...others] = table.headings
  const amountHeading = others.pop()
  return html`<section class="card">
<div class="top"><h2>${heading}</h2><p class="quiet">${amountHeading}</p></div>
<ul class="lines">${table.rows.map(([description, quantity, price, ...rest]) => {
    const amount = rest.pop()
    const details = rest.flatMap((value, at) => (value ? [unbroken(`${others[at]} ${value}`)] : []))
    return html`<li><div><b>${description}</b><span class="quiet">${[unbroken(`${quantity} × ${price}`), ...details].join(' · ')}</span></div><span class="sum">${amount}</span></li>`
  })}</ul>
<dl class="sums">${totals.map(({ label, value, strong }) => {
    const face = strong ? 'strong' : ''
    return html`<dt class="${face}">${label}</dt><dd class="${face}">${value}</dd>`
  })}</dl>
</section>`
}

const unbroken = (text: string) => text.replaceAll(' ', '\u00a0')

/** A paragraph or more under a heading; nothing when there is no text. */
export const prose = (heading: string, text: string | null): Html | '' =>
  text ? html`<section class="card"><h2>${heading}</h2><p class="text">${text}</p></section>` : ''

/** A form that does one thing. */
export const form = (view: View, action: Action, inner: Html): Html =>
  html`<form method="post" action="${addressOf(view, action)}">${inner}</form>`

export const pdfButton = (view: View, label: string): Html =>
  html`<a class="button second" href="${addressOf(view, 'pdf')}">${label}</a>`

/** Account, reference and code for a transfer. */
export const transfer = (heading: string, panel: PaymentPanel): Html => html`<section class="card">
<h2>${heading}</h2>
<p class="quiet">${panel.instruction}</p>
<div class="pay gap">
<dl>${panel.details.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
${panel.qr && html`<figure>${code(panel.qr.modules)}<figcaption>${panel.qr.caption}</figcaption></figure>`}
</div>
</section>`

/** Each dark run of a row is a bar one module high. */
function code(modules: boolean[][]): Html {
  const bars = modules.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
  )
  const size = modules.length
  return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="QR" shape-rendering="crispEdges"><path fill="#000" d="${raw(bars.join(''))}"/></svg>`
}

/** What the law wants said of the VAT. */
export const clauses = (texts: string[]): Html | '' =>
  texts.length > 0 ? html`<section class="card text">${texts.join('\n')}</section>` : ''
