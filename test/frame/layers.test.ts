import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

interface Source {
  path: string
  text: string
  /** Paths of ours that it imports, from the root of the project; packages by their name. */
  imports: string[]
}

const paths = await Array.fromAsync(glob('{src,dev,test,bench}/**/*.ts'))
const sources: Source[] = paths.sort().map((path) => {
  const text = readFileSync(path, 'utf8')
  const named = [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/gm),
  ]
  const imports = named.map(([, from, dynamic]) => {
    const specifier = from ?? dynamic ?? ''
    return specifier.startsWith('.') ? join(dirname(path), specifier) : specifier
  })
  return { path, text, imports }
})
const inside = (folder: string) => sources.filter(({ path }) => path.startsWith(folder))
const typesOnly = (source: Source, path: string) => {
  const file = path.split('/').at(-1)?.replaceAll('.', '\\.')
  return new RegExp(`import type [^'"]*from '[^']*${file}'`).test(source.text)
}

/** What a folder may know of `src`, besides itself and packages. */
const mayImport: Record<string, RegExp> = {
  'src/lib/': /^src\/lib\//,
  'src/db/': /^src\/(lib|db)\/|^src\/(context|env|refusal|schema)\.ts/,
  'src/integrations/': /^src\/(lib|db|integrations)\/|^src\/(context|env|refusal|schema|verb)\.ts/,
  'src/domain/':
    /^src\/(lib|db|integrations|domain)\/|^src\/(context|env|refusal|schema|sentences|verb)\.ts/,
  'src/jobs/':
    /^src\/(lib|db|integrations|domain|jobs)\/|^src\/(context|env|refusal|schema|verb|http\/log)\.ts/,
  'src/routes/': /^src\/(domain|http|lib)\/|^src\/db\/client\.ts|^src\/(refusal|schema|verb)\.ts/,
}

describe.each(Object.entries(mayImport))('%s imports only what is below it', (folder, allowed) => {
  test.each(inside(folder))('$path', (source) => {
    const ours = source.imports.filter((path) => /^(src|dev|test|bench)\//.test(path))
    expect(ours.filter((path) => !allowed.test(path) && !typesOnly(source, path))).toEqual([])
  })
})

test('the product imports nothing of its tools and tests', () => {
  for (const { path, imports } of inside('src/')) {
    expect(
      imports.filter((from) => /^(dev|test|bench)\//.test(from)),
      path,
    ).toEqual([])
  }
})

test('routes hold no SQL', () => {
  for (const { path, text, imports } of inside('src/routes/')) {
    expect(
      imports.filter((from) => /^drizzle-orm|\/tables\.ts$/.test(from)),
      path,
    ).toEqual([])
    expect(text, path).not.toMatch(/\bsql`/)
  }
})

test('no file is longer than 300 lines', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > 301)
  expect(long.map(({ path }) => path)).toEqual([])
})

test('nothing is of any type, and no check is switched off', () => {
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const loose = sources.filter(
    ({ path, text }) =>
      !['test/harness/client.ts', 'test/frame/layers.test.ts'].includes(path) &&
      (/: any\b|\bas any\b|<any>|any\[\]/.test(code(text)) ||
        /@ts-(ignore|expect-error|nocheck)|\bTODO\b|\bFIXME\b/.test(text)),
  )
  expect(loose.map(({ path }) => path)).toEqual([])
})

test('no two files import each other, except for types', () => {
  const known = new Map(inside('src/').map((source) => [source.path, source]))
  // Foreign keys of two areas may point at each other; Drizzle reads them when first asked.
  const isKey = (from: string, to: string) =>
    [from, to].every((path) => path.endsWith('/tables.ts'))
  const next = (source: Source) =>
    source.imports.filter(
      (path) => known.has(path) && !typesOnly(source, path) && !isKey(source.path, path),
    )
  const cycles: string[] = []
  const walk = (path: string, trail: string[]) => {
    const place = trail.indexOf(path)
    if (place >= 0) {
      cycles.push([...trail.slice(place), path].join(' → '))
      return
    }
    const source = known.get(path)
    if (!source || done.has(path)) return
    for (const from of next(source)) walk(from, [...trail, path])
    done.add(path)
  }
  const done = new Set<string>()
  for (const path of known.keys()) walk(path, [])
  expect(cycles).toEqual([])
})
