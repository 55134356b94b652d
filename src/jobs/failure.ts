/** What a log line says of a failed job: enough to find it, nothing of the data it worked on. */
export function describe(error: unknown) {
  const { name, message, code, cause } = error as Error & { code?: string }
  const database = (cause ?? {}) as { code?: string; message?: string }
  return {
    error: name,
    // A failed query's own message repeats its parameters.
    detail: message.startsWith('Failed query') ? database.message : message,
    code: code ?? database.code,
  }
}
