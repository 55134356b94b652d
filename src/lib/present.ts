import type * as z from 'zod'

type Present = (value: unknown) => unknown

interface Definition {
  type: string
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  innerType?: z.ZodType
  out?: z.ZodType
  transform?: (value: unknown) => unknown
}

const presenters = new WeakMap<z.ZodType, Present>()

/**
 * What an output schema makes of an answer, compiled once: declared fields only, each transformed. Types
 * are not checked again, because the compiler did and parsing 25 records costs more than reading them.
 * A kind of schema that is not known here is parsed.
 */
export function presenterOf(schema: z.ZodType): Present {
  let present = presenters.get(schema)
  if (!present) {
    present = compile(schema) ?? ((value) => value)
    presenters.set(schema, present)
  }
  return present
}

/** undefined: the value is shown as it is. */
function compile(schema: z.ZodType): Present | undefined {
  const { type, shape, element, innerType, out, transform } = schema._zod
    .def as unknown as Definition
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
    case 'unknown':
      return undefined
    case 'object':
      return shape && presentObject(shape)
    case 'array':
      return element && presentArray(element)
    case 'nullable':
    case 'optional':
      return innerType && presentPresent(innerType)
    case 'pipe':
      return out && compile(out)
    case 'transform':
      return transform
    default:
      return (value) => schema.parse(value)
  }
}

function presentObject(shape: Record<string, z.ZodType>): Present {
  const fields = Object.entries(shape).map(([name, field]) => ({ name, present: compile(field) }))
  return (value) => {
    const shown: Record<string, unknown> = {}
    for (const { name, present } of fields) {
      const inner = (value as Record<string, unknown>)[name]
      if (inner !== undefined) shown[name] = present ? present(inner) : inner
    }
    return shown
  }
}

function presentArray(element: z.ZodType): Present | undefined {
  const present = compile(element)
  return present && ((value) => (value as unknown[]).map(present))
}

function presentPresent(inner: z.ZodType): Present | undefined {
  const present = compile(inner)
  return present && ((value) => (value === null || value === undefined ? value : present(value)))
}
