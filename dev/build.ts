import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import * as esbuild from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const workerDir = join(root, 'dist/worker')
const assetsDir = join(root, 'dist/assets')

/** What the Worker may weigh before its first request; everything else belongs behind `import()`. */
const mainLimit_bytes = 1_200_000

/** `entry` is the Worker's source file, `outdir` an absolute folder that the build owns whole. */
export type BuildOptions = {
  entry?: string
  outdir?: string
  minify?: boolean
}

/** One file of the bundle; `main` tells whether the entry needs it to start. */
export type BuiltFile = {
  path: string
  size_bytes: number
  main: boolean
}

/** The built Worker as Miniflare's `workers[].config.manifest` takes it. */
export type WorkerManifest = {
  mainModule: string
  modulesRoot: string
  modules: Record<string, { type: 'esm' | 'data'; contents: Uint8Array<ArrayBuffer> }>
}

/**
 * Bundles the Worker. Each literal `import()` in the source becomes a file of its own, which
 * workerd evaluates when it is first asked for. Resolves to the files, the entry first.
 */
export async function build(options: BuildOptions = {}): Promise<BuiltFile[]> {
  const { entry = join(root, 'src/index.ts'), outdir = workerDir, minify = true } = options
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { index: entry },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2024',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    external: ['cloudflare:*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'copy' },
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'fonts/[name]-[hash]',
    plugins: [nodeBuiltins, oneDrizzle],
    minify,
    sourcemap: 'linked',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  await replaceFolder(outdir, result.outputFiles)
  return describe(result.metafile, outdir)
}

/** Reads what `build` left in `outdir`, for tests and benchmarks that run it in Miniflare. */
export async function workerManifest(outdir: string = workerDir): Promise<WorkerManifest> {
  const paths = (await listFiles(outdir)).filter((path) => /\.(js|ttf)$/.test(path))
  const modules = await Promise.all(
    paths.map(async (path) => {
      const type = path.endsWith('.js') ? ('esm' as const) : ('data' as const)
      const contents = new Uint8Array(await readFile(path))
      return [relative(outdir, path), { type, contents }] as const
    }),
  )
  return { mainModule: 'index.js', modulesRoot: outdir, modules: Object.fromEntries(modules) }
}

/** What the browser loads from our own origin: the script of the page at /docs, and the page at /bi. */
export async function buildAssets(outdir: string = assetsDir): Promise<void> {
  const script = join(root, 'node_modules/@scalar/api-reference/dist/browser/standalone.js')
  const [contents, page] = await Promise.all([
    readFile(script),
    esbuild.build({
      absWorkingDir: root,
      entryPoints: { dashboard: 'src/pages/bi/main.tsx' },
      outdir: join(outdir, 'bi'),
      bundle: true,
      format: 'esm',
      target: 'es2024',
      minify: true,
      legalComments: 'eof',
      write: false,
      logLevel: 'warning',
    }),
  ])
  await replaceFolder(outdir, [
    { path: join(outdir, 'docs/api-reference.js'), contents },
    ...page.outputFiles,
  ])
}

// A CommonJS package asks for `require('net')`, which a module in workerd does not have. An ESM
// import in its place is hoisted to the top of the file that needs it.
const nodeBuiltins: esbuild.Plugin = {
  name: 'node-builtins',
  setup({ onResolve, onLoad }) {
    const names = builtinModules.filter((name) => !name.startsWith('_') && !name.includes(':'))
    const filter = new RegExp(`^(node:.+|${names.join('|')})$`)
    onResolve({ filter }, ({ path, kind }) => {
      const specifier = path.startsWith('node:') ? path : `node:${path}`
      return kind === 'require-call'
        ? { path: specifier, namespace: 'required-builtin' }
        : { path: specifier, external: true }
    })
    onLoad({ filter: /.*/, namespace: 'required-builtin' }, ({ path }) => ({
      contents: `import builtin from '${path}'\nmodule.exports = builtin`,
    }))
  },
}

// Drizzle's `is()` walks the names of a value's classes, so that two copies of the library get along; a
// statement asks it hundreds of times. The bundle holds one copy, where `instanceof` says the same.
const oneDrizzle: esbuild.Plugin = {
  name: 'one-drizzle',
  setup({ onLoad }) {
    onLoad({ filter: /drizzle-orm\/entity\.js$/ }, () => ({
      contents: `
        export const entityKind = Symbol.for('drizzle:entityKind')
        export const hasOwnEntityKind = Symbol.for('drizzle:hasOwnEntityKind')
        export const is = (value, type) => value instanceof type`,
    }))
  },
}

// Names carry a hash of their content, so a rebuild under `wrangler dev` writes the new files
// first and drops the old ones last: the entry never points at a file that is not there.
async function replaceFolder(
  folder: string,
  files: { path: string; contents: Uint8Array }[],
): Promise<void> {
  for (const { path, contents } of files.toReversed()) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, contents)
  }
  const kept = new Set(files.map(({ path }) => path))
  const stale = (await listFiles(folder)).filter((path) => !kept.has(path))
  await Promise.all(stale.map((path) => rm(path)))
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function describe({ outputs }: esbuild.Metafile, outdir: string): BuiltFile[] {
  const pathOf = (output: string) => relative(outdir, join(root, output))
  const entry = Object.keys(outputs).find((output) => pathOf(output) === 'index.js')
  const main = new Set<string>()
  const visit = (output: string | undefined) => {
    if (!output || main.has(output)) return
    main.add(output)
    for (const { path, kind } of outputs[output]?.imports ?? []) {
      if (kind === 'import-statement' && path in outputs) visit(path)
    }
  }
  visit(entry)
  return Object.entries(outputs)
    .filter(([output]) => !output.endsWith('.map'))
    .map(([output, { bytes }]) => ({
      path: pathOf(output),
      size_bytes: bytes,
      main: main.has(output),
    }))
    .sort((a, b) => Number(b.main) - Number(a.main) || b.size_bytes - a.size_bytes)
}

if (import.meta.main) {
  const [files] = await Promise.all([build(), buildAssets()])
  const main_bytes = files
    .filter((file) => file.main)
    .reduce((sum, file) => sum + file.size_bytes, 0)
  console.table(
    files.map(({ path, size_bytes, main }) => ({
      file: path,
      kB: Math.round(size_bytes / 100) / 10,
      loaded: main ? 'at start' : 'on import()',
    })),
  )
  console.log(`main ${Math.round(main_bytes / 1000)} kB of at most ${mainLimit_bytes / 1000} kB`)
  if (main_bytes > mainLimit_bytes) {
    console.error('The main bundle is too large: move a package behind import().')
    process.exitCode = 1
  }
}
