import type { IOptions } from 'sanitize-html'

/** A body that may be shown, and what was taken out of it. */
export interface ShownHtml {
  html: string
  /** Pictures that would have been fetched from elsewhere, which tells their owner that the mail was read. */
  blocked_images: number
}

/**
 * The HTML of a mail without anything that runs, leaves the mail's own frame or reports home.
 *
 * @param pictures addresses of the mail's own pictures, by their Content-ID
 * @param remote whether pictures from elsewhere stay
 */
export async function shownHtml(
  html: string,
  { pictures, remote }: { pictures: ReadonlyMap<string, string>; remote: boolean },
): Promise<ShownHtml> {
  const { default: sanitize } = await import('sanitize-html')
  let blocked_images = 0
  const sourceOf = (source: string): string | undefined => {
    if (/^cid:/i.test(source)) return pictures.get(contentIdOf(source))
    if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(source)) return source
    if (!/^https?:\/\//i.test(source)) return undefined
    if (!remote) blocked_images += 1
    return remote ? source : undefined
  }
  const clean = sanitize(html, {
    ...rules,
    transformTags: {
      a: sanitize.simpleTransform('a', { target: '_blank', rel: 'noopener noreferrer nofollow' }),
      img: (tagName, { src = '', ...attribs }) => {
        const source = sourceOf(src.trim())
        return { tagName, attribs: source === undefined ? attribs : { ...attribs, src: source } }
      },
    },
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !attribs.src,
  })
  return { html: clean, blocked_images }
}

/** As `cid:logo%40shop` names `<logo@shop>`. */
function contentIdOf(source: string): string {
  try {
    return decodeURIComponent(source.slice('cid:'.length))
  } catch {
    return ''
  }
}

const colour = [/^(#[0-9a-f]{3,8}|rgba?\([\d\s,.%]+\)|[a-z]+)$/i]
const words = [/^[\w\s.%#-]+$/]
/** No minus: nothing may be laid over what surrounds the mail. */
const lengths = [/^[a-z0-9\s.%]+$/i]

const rules: IOptions = {
  allowedTags: [
    ...['a', 'abbr', 'b', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col'],
    ...['colgroup', 'dd', 'del', 'div', 'dl', 'dt', 'em', 'font', 'h1', 'h2', 'h3', 'h4', 'h5'],
    ...['h6', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'mark', 'ol', 'p', 'pre', 'q', 's', 'samp'],
    ...['small', 'span', 'strike', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th'],
    ...['thead', 'tr', 'tt', 'u', 'ul', 'wbr'],
  ],
  // No class, id or name: they would mean something to the page around.
  allowedAttributes: {
    a: ['href', 'title', 'target', 'rel'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    td: ['colspan', 'rowspan', 'width', 'height'],
    th: ['colspan', 'rowspan', 'width', 'height'],
    table: ['width', 'border', 'cellpadding', 'cellspacing'],
    font: ['color', 'face', 'size'],
    ol: ['start', 'type'],
    '*': ['style', 'align', 'valign', 'bgcolor', 'dir', 'lang'],
  },
  allowedStyles: {
    '*': {
      color: colour,
      background: colour,
      'background-color': colour,
      'font-family': [/^[\w\s,'"-]+$/],
      'font-size': words,
      'font-style': words,
      'font-weight': words,
      'line-height': words,
      'text-align': words,
      'text-decoration': words,
      'vertical-align': words,
      'white-space': words,
      'list-style-type': words,
      display: [/^(block|inline|inline-block|none|table|table-row|table-cell)$/],
      ...Object.fromEntries(
        ['width', 'max-width', 'height', 'border-radius', 'border-collapse', 'border-spacing']
          .concat(...['margin', 'padding', 'border'].map((name) => [name, ...sidesOf(name)]))
          .map((name) => [name, name.startsWith('border') ? words : lengths]),
      ),
    },
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https', 'data'] },
  allowProtocolRelative: false,
  nonTextTags: [
    ...['script', 'style', 'textarea', 'option', 'noscript', 'title', 'iframe', 'xmp', 'noembed'],
    ...['noframes', 'svg', 'math', 'template', 'select', 'object'],
  ],
  disallowedTagsMode: 'discard',
}

function sidesOf(name: string): string[] {
  return ['top', 'right', 'bottom', 'left'].map((side) => `${name}-${side}`)
}

const lineEnds = /<br\s*\/?>|<\/(p|div|tr|li|h[1-6]|blockquote|table|ul|ol|pre)\s*>/gi
const paragraphEnds = /<\/(p|h[1-6]|blockquote|table|ul|ol)\s*>/gi

/** The HTML of a mail as plain text, for those who read that. */
export async function textOf(html: string): Promise<string> {
  const { default: sanitize } = await import('sanitize-html')
  const broken = html
    .replace(/\s+/g, ' ')
    .replace(paragraphEnds, (end) => `${end}\n`)
    .replace(lineEnds, (end) => `${end}\n`)
  const text = sanitize(broken, { ...rules, allowedTags: [], allowedAttributes: {} })
  return text
    .replace(/&(lt|gt|quot|amp);/g, (_, name: keyof typeof signs) => signs[name])
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const signs = { lt: '<', gt: '>', quot: '"', amp: '&' }
