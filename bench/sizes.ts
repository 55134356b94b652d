import type { Bundle } from './stage.ts'

/** What the Worker loads at its start, and what waits behind `import()`. */
export function sizes(bundles: Record<string, Bundle>) {
  return Object.fromEntries(
    Object.entries(bundles).map(([name, { files }]) => {
      const kB = (main: boolean) =>
        Math.round(
          files.filter((f) => f.main === main).reduce((sum, f) => sum + f.size_bytes, 0) / 1000,
        )
      return [name, { 'at start kB': kB(true), 'on import() kB': kB(false) }]
    }),
  )
}
