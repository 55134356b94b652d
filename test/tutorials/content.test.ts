import { expect, test } from 'vitest'
import { wholeApp } from '../../src/app.ts'
import { defaultTutorials } from '../../src/domain/tutorials/content/defaults.ts'
import { languages } from '../../src/domain/tutorials/tables.ts'
import { audiences } from '../../src/domain/tutorials/tutorials.ts'

const paths = (await wholeApp()).routes.map(({ path }) => path)

test('there are fourteen, for every role, in both languages', () => {
  expect(defaultTutorials).toHaveLength(14)
  expect(new Set(defaultTutorials.map(({ role }) => role))).toEqual(new Set(audiences))
  for (const { title, steps, key } of defaultTutorials) {
    expect(title.nl, key).not.toBe(title.en)
    for (const step of steps) expect(step.title.nl, key).not.toBe(step.title.en)
  }
})

test.each(defaultTutorials)('$key says something in each step', ({ steps }) => {
  expect(steps.length).toBeGreaterThanOrEqual(5)
  for (const { title, body } of steps) {
    for (const language of languages) {
      const sentences = body[language].match(/[.!?](?= |$)/g) ?? []
      expect(sentences.length, title[language]).toBeGreaterThanOrEqual(2)
      expect(body[language].length, title[language]).toBeGreaterThan(150)
      expect(body[language]).not.toMatch(/\s{2}|\n/)
    }
  }
})

/** Paths that a text names, such as `bank-statements` or `customers/{id}/links`. */
const named = (text: string) =>
  [...text.matchAll(/\(([a-z0-9-]+(?:\/[a-z{}-]+)*)\)/g)]
    .map(([, path]) => path ?? '')
    .filter((path) => /[-/]|s$/.test(path))

test('the addresses that the texts name are served', () => {
  const texts = defaultTutorials.flatMap(({ steps }) =>
    steps.flatMap(({ body }) => languages.map((language) => body[language])),
  )
  const served = (path: string) =>
    paths.some((route) => route.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}').startsWith(`/${path}`))
  const unserved = texts.flatMap(named).filter((path) => !served(path))
  expect(unserved).toEqual([])
  expect(texts.flatMap(named).length).toBeGreaterThan(20)
})
