import { execFile } from 'node:child_process'
import { chown, lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How to start a program that refuses uid 0. `uid`/`gid` own the files that it writes. */
export interface Launcher {
  /** Program and arguments to put in front of the command; empty when none is needed. */
  prefix: string[]
  uid: number
  gid: number
}

/**
 * PostgreSQL refuses to run as root, yet in a container root is often the only user. As anyone
 * else this is the plain command; as root the first of two ways that the machine permits:
 * another uid that keeps only the right to pass file modes (so folders below /root stay
 * reachable), or a user namespace in which root has another number.
 *
 * @throws when we are root and neither way works
 */
export async function unprivilegedLauncher(): Promise<Launcher> {
  const uid = process.getuid?.() ?? -1
  if (uid !== 0) return { prefix: [], uid, gid: process.getgid?.() ?? -1 }
  const user = await unprivilegedUser()
  const candidates: Launcher[] = [
    { prefix: setpriv(user), ...user },
    { prefix: ['unshare', '--user', `--map-user=${user.uid}`], uid: 0, gid: 0 },
  ]
  for (const candidate of candidates) {
    const [program = '', ...args] = candidate.prefix
    const works = await run(program, [...args, 'test', '-r', import.meta.filename]).then(
      () => true,
      () => false,
    )
    if (works) return candidate
  }
  throw new Error(
    'PostgreSQL does not run as root, and neither setpriv nor unshare (util-linux) can change ' +
      'the user here: start as another user',
  )
}

/** Gives a folder and all below it to the launcher's owner; the folder itself comes last. */
export async function giveTo(owner: Launcher, path: string): Promise<void> {
  const stat = await lstat(path)
  if (owner.uid < 0 || (stat.uid === owner.uid && stat.gid === owner.gid)) return
  if (stat.isDirectory()) {
    for (const name of await readdir(path)) await giveTo(owner, join(path, name))
  }
  if (!stat.isSymbolicLink()) await chown(path, owner.uid, owner.gid)
}

/** access(2) drops capabilities of a non-root user unless no_setuid_fixup is set. */
function setpriv({ uid, gid }: { uid: number; gid: number }): string[] {
  const capability = '-all,+dac_override'
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    // The kernel sends this fast-shutdown signal even when our own process is killed with -9.
    '--pdeathsig=INT',
  ]
}

/** initdb looks its user up by number, so the uid must have an entry in /etc/passwd. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0)
  const user = users.find(({ name }) => name === 'nobody') ?? users[0]
  if (user === undefined) throw new Error('/etc/passwd names no user but root')
  return { uid: user.uid, gid: user.gid }
}
