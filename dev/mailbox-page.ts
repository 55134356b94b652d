import { html, raw } from 'hono/html'
import type { Mail } from './mailbox.ts'

const styles = `
:root { color-scheme: light dark; --line: light-dark(#e2e5ea, #30343b); --dim: light-dark(#5b6470, #9aa3af); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif;
  background: light-dark(#fff, #16181c); color: light-dark(#1b1f24, #e6e8eb); }
header { display: flex; align-items: baseline; gap: 1rem; margin-bottom: 1rem; }
h1 { flex: 1; margin: 0; font-size: 1.3rem; overflow-wrap: anywhere; }
a { color: light-dark(#0b62c4, #7ab7ff); text-decoration: none; }
button { font: inherit; padding: .2rem .8rem; border: 1px solid var(--line); border-radius: 6px; background: none; color: inherit; cursor: pointer; }
.mail { display: grid; grid-template-columns: 14rem 1fr auto; gap: 0 1rem; padding: .6rem .4rem; border-top: 1px solid var(--line); color: inherit; }
.mail:hover { background: light-dark(#f5f7f9, #1d2025); }
.mail > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dim, dt, summary, time { color: var(--dim); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 60vh; resize: vertical; border: 1px solid var(--line); border-radius: 6px; background: #fff; }
pre { padding: 1rem; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
ul { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; padding: 0; list-style: none; }
li { padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 6px; }
@media (max-width: 40rem) { .mail { grid-template-columns: 1fr auto; } .mail > :nth-child(2) { grid-row: 2; } }
`

const clearScript = "fetch('/api/mails', { method: 'DELETE' }).then(() => location.reload())"

/** All mails, newest first; reloads itself every five seconds. */
export function listPage(mails: Mail[]) {
  return page(
    'Mailbox',
    html`<header>
        <h1>Mailbox</h1>
        <span class="dim">${mails.length} ${mails.length === 1 ? 'mail' : 'mails'}</span>
        <a href="/api/mails">JSON</a>
        <button type="button" onclick="${clearScript}">Clear</button>
      </header>
      ${mails.map(
        (mail) => html`<a class="mail" href="/mails/${mail.id}">
          <span>${mail.to.join(', ')}</span>
          <span>${mail.subject || '(no subject)'} <span class="dim">${mail.text.slice(0, 120)}</span></span>
          <span><span class="dim">${fileCount(mail)}</span> ${time(mail.received_at)}</span>
        </a>`,
      )}
      ${mails.length === 0 ? html`<p class="dim">Nothing yet.</p>` : ''}`,
    html`<meta http-equiv="refresh" content="5">`,
  )
}

/** One mail: who, attachments, HTML in a sandboxed frame, text, headers. */
export function mailPage(mail: Mail) {
  const title = mail.subject || '(no subject)'
  return page(
    title,
    html`<header><h1>${title}</h1><a href="/">All mails</a></header>
      <dl>
        <dt>From</dt><dd>${mail.from}</dd>
        <dt>To</dt><dd>${mail.to.join(', ')}</dd>
        <dt>Received</dt><dd>${time(mail.received_at)}</dd>
      </dl>
      ${attachmentList(mail)}
      ${
        mail.html &&
        html`<iframe title="HTML body" src="/mails/${mail.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
      }
      ${mail.text && html`<pre>${mail.text}</pre>`}
      <details>
        <summary>Headers</summary>
        <dl>${Object.entries(mail.headers).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      </details>`,
  )
}

function attachmentList({ attachments }: Mail) {
  if (attachments.length === 0) return ''
  return html`<ul>
    ${attachments.map(
      ({ filename, content_type, size, url }) =>
        html`<li>
          <a href="${url}" target="_blank">${filename}</a>
          <span class="dim">${content_type}, ${Math.ceil(size / 1000)} kB</span>
          <a href="${url}" download="${filename}">Save</a>
        </li>`,
    )}
  </ul>`
}

function fileCount({ attachments: { length } }: Mail) {
  if (length === 0) return ''
  return length === 1 ? '1 file' : `${length} files`
}

function time(at: string) {
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`
}

function page(title: string, body: unknown, head: unknown = '') {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>${title}</title>
        ${head}
        <style>${raw(styles)}</style>
      </head>
      <body>${body}</body>
    </html>`
}
