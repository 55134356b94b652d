import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const journal: { entries: { idx: number; when: number; tag: string }[] } = JSON.parse(
  readFileSync('migrations/meta/_journal.json', 'utf8'),
)

test('every migration is in the journal, in the order of its number', () => {
  const files = readdirSync('migrations').filter((name) => name.endsWith('.sql'))
  const tags = journal.entries.map(({ tag }) => `${tag}.sql`)
  expect(tags).toEqual(files.toSorted((a, b) => a.localeCompare(b)))
  expect(journal.entries.map(({ idx }) => idx)).toEqual(journal.entries.map((_, n) => n))
  for (const { idx, tag } of journal.entries) expect(Number(tag.slice(0, 4))).toBe(idx)
})

// The migrator leaves out, without a word, what is dated before the last one that was applied.
test('each is dated after the one before', () => {
  const dates = journal.entries.map(({ when }) => when)
  expect(dates).toEqual([...new Set(dates)].toSorted((a, b) => a - b))
})
