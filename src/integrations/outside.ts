import type { Env } from '../env.ts'
import { invalid } from '../refusal.ts'

/**
 * An address that a shop gave us and that we will talk to: https on a public name, so that nobody reaches
 * through us what only we can reach. `ALLOW_PRIVATE_HOSTS` (development) lets it be any http address.
 *
 * Checked when it is saved, and again before each use. A Worker cannot hold a connection to the address that
 * it looked up, so a name that points into a private network passes; Cloudflare's network has no such
 * neighbours.
 *
 * @param field where the refusal points
 * @throws Refusal 422 that says at the field what is wrong with it
 */
export function checkedUrl(env: Env, text: string, field = 'url'): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const problem = url ? problemOf(env, url) : 'must be a valid URL'
  if (!url || problem)
    throw invalid({ [field]: [`The ${field.replaceAll('_', ' ')} field ${problem}.`] })
  return url
}

function problemOf(env: Env, { protocol, username, password, hostname, port }: URL) {
  const isOpen = env.ALLOW_PRIVATE_HOSTS === '1' || env.ALLOW_PRIVATE_HOSTS === 'true'
  if (protocol !== 'https:' && !(isOpen && protocol === 'http:')) return 'must start with https://'
  if (username || password) return 'must not hold a user name or password'
  if (isOpen) return undefined
  if (port !== '' && Number(port) < 1024) return 'must use port 443, or one from 1024 on'
  // URL has brought every way of writing a number (octal, hexadecimal, full-width …) into these two forms.
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) {
    return 'must have a host name, not an IP address'
  }
  return isPublicName(env, hostname) ? undefined : 'must have a host name of the public internet'
}

/**
 * A mail server that a shop gave us: a public name, as in `checkedUrl`.
 *
 * @throws Refusal 422 that says at the field what is wrong with it
 */
export function checkedHost(env: Env, host: string, field = 'host'): string {
  const problem = problemOfHost(env, host)
  if (problem) throw invalid({ [field]: [`The ${field.replaceAll('_', ' ')} field ${problem}.`] })
  return host
}

function problemOfHost(env: Env, host: string) {
  const url = URL.canParse(`https://${host}/`) ? new URL(`https://${host}/`) : undefined
  // Whatever of it is not the name of a host was meant to be something else: a port, a path, a login.
  if (!url || url.host !== host.toLowerCase()) return 'must be the name of a host'
  return problemOf(env, url)
}

/** Names that mean something only on a machine or in a network of its own. */
const closedZones = ['localhost', 'local', 'localdomain', 'internal', 'lan', 'home.arpa']

/** A Worker's calls to these do not leave the platform as those of others do. */
const platformZones = ['workers.dev']

function isPublicName(env: Env, hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  const own =
    env.PUBLIC_URL && URL.canParse(env.PUBLIC_URL) ? [new URL(env.PUBLIC_URL).hostname] : []
  const zones = [...closedZones, ...platformZones, ...own]
  return name.includes('.') && !zones.some((zone) => name === zone || name.endsWith(`.${zone}`))
}
