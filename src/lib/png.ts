import { crc32, inflateSync } from 'node:zlib'

/** Channels per pixel and the bit depths that a colour type may have. */
const colourTypes: Record<number, { channels: number; depths: number[] }> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
}

/** First column and row of each pass of an interlaced picture (Adam7), and the steps between them. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

export interface PngHeader {
  width: number
  height: number
  bits_per_pixel: number
  has_palette: boolean
  interlaced: boolean
}

const signature = '89504e470d0a1a0a'

/** What the first bytes say, without decoding; undefined when they are not those of a PNG. */
export function pngHeader(bytes: Uint8Array): PngHeader | undefined {
  const view = viewOf(bytes)
  if (bytes.length < 33 || hex(bytes.subarray(0, 8)) !== signature) return undefined
  if (view.getUint32(8) !== 13 || ascii(bytes.subarray(12, 16)) !== 'IHDR') return undefined
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = bytes.subarray(24, 29)
  const type = colourTypes[colour]
  if (width === 0 || height === 0 || !type?.depths.includes(depth)) return undefined
  if (compression !== 0 || filter !== 0 || interlace > 1) return undefined
  return {
    width,
    height,
    bits_per_pixel: depth * type.channels,
    has_palette: colour === 3,
    interlaced: interlace === 1,
  }
}

/**
 * Is it a PNG from the first byte to the last: every checksum right, and exactly as many pixels as its
 * header says? Look at the header first: it decodes as much as that asks for.
 */
export function isWholePng(bytes: Uint8Array): boolean {
  const header = pngHeader(bytes)
  const chunks = chunksOf(bytes)
  if (!header || chunks?.at(-1)?.type !== 'IEND') return false
  if (header.has_palette && !chunks.some(({ type }) => type === 'PLTE')) return false
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)
  const rows = rowsOf(header)
  const size = rows.reduce((sum, { count, bytes }) => sum + count * bytes, 0)
  try {
    const pixels = inflateSync(Buffer.concat(packed), { maxOutputLength: size })
    return pixels.length === size && hasKnownFilters(pixels, rows)
  } catch {
    return false
  }
}

interface Chunk {
  type: string
  data: Uint8Array
}

/** Undefined when a chunk is cut off or its checksum is wrong. */
function chunksOf(bytes: Uint8Array): Chunk[] | undefined {
  const view = viewOf(bytes)
  const chunks: Chunk[] = []
  let at = 8
  while (at < bytes.length) {
    if (at + 12 > bytes.length) return undefined
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > bytes.length) return undefined
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return undefined
    chunks.push({ type: ascii(bytes.subarray(at + 4, at + 8)), data: bytes.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}

/** How many rows of how many bytes the decoded picture has; each begins with the number of its filter. */
function rowsOf({ width, height, bits_per_pixel, interlaced }: PngHeader) {
  const parts = interlaced ? passes : ([[0, 0, 1, 1]] as const)
  return parts.flatMap(([x, y, across, down]) => {
    const columns = Math.ceil(Math.max(0, width - x) / across)
    const count = Math.ceil(Math.max(0, height - y) / down)
    return columns === 0 ? [] : [{ count, bytes: 1 + Math.ceil((columns * bits_per_pixel) / 8) }]
  })
}

function hasKnownFilters(pixels: Uint8Array, rows: { count: number; bytes: number }[]): boolean {
  let at = 0
  for (const { count, bytes } of rows) {
    for (const end = at + count * bytes; at < end; at += bytes) {
      if ((pixels[at] ?? 0) > 4) return false
    }
  }
  return true
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength)

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const ascii = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
