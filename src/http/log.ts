/** One JSON line. Never personal data, secrets, bodies or query strings. */
export function log(level: 'info' | 'warn' | 'error', message: string, fields: object = {}) {
  console[level](JSON.stringify({ level, message, ...fields }))
}
