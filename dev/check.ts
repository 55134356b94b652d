import { spawn } from 'node:child_process'

interface Check {
  name: string
  command: string[]
  /** Lines of its output worth showing although it succeeded. */
  tells?: RegExp
}

const checks: Check[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'page types', command: ['tsc', '--noEmit', '--project', 'src/pages'] },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'migrations', command: ['drizzle-kit', 'check'] },
  {
    name: 'bundle',
    command: ['wrangler', 'deploy', '--dry-run', '--outdir', 'dist/upload'],
    tells: /Total Upload|main \d+ kB/,
  },
  { name: 'tests', command: ['vitest', 'run'], tells: /^\s+(Test Files|Tests)\s/ },
]

/** Everything that must hold before a change is merged, as one list. */
async function main(): Promise<void> {
  let failed = 0
  for (const { name, command, tells } of checks) {
    const startedAt_ms = performance.now()
    const { code, output } = await run(command)
    const duration = `${((performance.now() - startedAt_ms) / 1000).toFixed(1)} s`
    console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(12)} ${duration.padStart(8)}`)
    const lines = output.split('\n').filter((line) => code !== 0 || tells?.test(line))
    for (const line of lines) console.log(`    ${line.trim()}`)
    if (code !== 0) failed++
  }
  console.log(failed === 0 ? '\nAll is well.' : `\n${failed} of ${checks.length} failed.`)
  process.exitCode = failed === 0 ? 0 : 1
}

/** npm puts the programs of node_modules on the path. */
function run([program = '', ...args]: string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    let output = ''
    const env = { ...process.env, NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', CI: 'true' }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', (error) => done({ code: 1, output: error.message }))
    child.once('close', (code) => done({ code: code ?? 1, output }))
  })
}

await main()
