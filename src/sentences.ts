import type * as z from 'zod'
import type { FieldErrors } from './refusal.ts'

/** What input breaks of its schema, per field, the way Laravel says it. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], data: unknown): FieldErrors {
  const errors: FieldErrors = {}
  for (const issue of issues) {
    const field = issue.path.join('.') || 'body'
    errors[field] ??= []
    errors[field].push(sentence(field, issue, valueAt(data, issue.path)))
  }
  return errors
}

const valueAt = (data: unknown, path: PropertyKey[]): unknown =>
  path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data)

/** The way Laravel says it: "The email field is required." */
function sentence(field: string, issue: z.core.$ZodIssue, value: unknown): string {
  const subject = `The ${label(field)} field`
  if (value === undefined || value === null || value === '') return `${subject} is required.`
  switch (issue.code) {
    case 'custom':
      return `${subject} ${issue.message}.`
    case 'invalid_type':
      return `${subject} must be ${article(issue.expected)}.`
    case 'invalid_value':
      return `${subject} must be one of: ${issue.values.join(', ')}.`
    case 'too_small':
      return issue.inclusive === false
        ? `${subject} must be greater than ${issue.minimum}.`
        : `${subject} must be at least ${issue.minimum}${unit(issue.origin)}.`
    case 'too_big':
      return `${subject} may not be greater than ${issue.maximum}${unit(issue.origin)}.`
    case 'invalid_format':
      return issue.format === 'regex'
        ? `${subject} ${issue.message}.`
        : `${subject} must be a valid ${issue.format}.`
    default:
      return `${subject} is invalid.`
  }
}

/** A field's name as a sentence holds it. */
export const label = (field: string) => field.replaceAll('_', ' ')

const article = (type: string) =>
  type === 'int' ? 'an integer' : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`

const unit = (origin: string) =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' items' : ''
