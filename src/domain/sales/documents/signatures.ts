import { leading, type Paper, type Style } from './paper.ts'

/** A place to sign: empty, or with the signature on it. */
export type Signature = {
  heading: string
  name: string
  /** PNG. */
  picture: Uint8Array | null
  /** Below the name, such as the day. */
  note: string | null
}

const body: Style = { size: 9, face: 'regular', ink: 'text' }
const quiet: Style = { size: 9, face: 'regular', ink: 'quiet' }

const gap = 36
const between = 40
const box = 64
const nameTop = 6

/** Draws the places to sign beside each other, together on one page. */
export async function drawSignatures(paper: Paper, signatures: Signature[]): Promise<void> {
  const width = (paper.width - between * (signatures.length - 1)) / signatures.length
  const textHeights = signatures.map(({ name, note }) => {
    const lines = paper.wrap(name, width, body).length + (note ? 1 : 0)
    return lines * leading(body)
  })
  paper.ensure(gap + leading(quiet) + box + nameTop + Math.max(...textHeights))
  const top = paper.y + gap
  const ends: number[] = []
  for (const [place, { heading, name, picture, note }] of signatures.entries()) {
    const x = paper.left + place * (width + between)
    paper.y = top
    paper.line(heading, x, quiet)
    paper.y += leading(quiet) + 4
    if (picture) await paper.image(picture, x, width, box - 8)
    paper.y = top + leading(quiet) + box
    paper.rule(x, width, 'quiet')
    paper.y += nameTop
    paper.paragraph(name, x, width, body)
    if (note) paper.paragraph(note, x, width, quiet)
    ends.push(paper.y)
  }
  paper.y = Math.max(...ends)
}
