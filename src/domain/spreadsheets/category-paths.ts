import { asc } from 'drizzle-orm'
import type { Selecting, Transacting } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { lockTree } from '../catalog/categories.ts'
import { productCategories } from '../catalog/tables.ts'

const mark = ' > '

/** `Screens > OLED` of each category, by its id. */
export async function categoryPaths(ctx: Selecting): Promise<Map<number, string>> {
  const rows = await ctx.db
    .select({
      id: productCategories.id,
      name: productCategories.name,
      parent_id: productCategories.parent_id,
    })
    .from(productCategories)
    .orderBy(asc(productCategories.id))
  const categories = new Map(rows.map((row) => [row.id, row]))
  const pathOf = (id: number): string => {
    const { name = '', parent_id = null } = categories.get(id) ?? {}
    return parent_id === null ? name : pathOf(parent_id) + mark + name
  }
  return new Map(rows.map(({ id }) => [id, pathOf(id)]))
}

const keyOf = (path: string) => path.toLowerCase()

/** Finds categories by their paths, of two alike the older one, and makes those that are not there. */
export class Categories {
  readonly #ctx: Transacting
  #ids: Map<string, number> | undefined
  #held: Promise<void> | undefined

  constructor(ctx: Transacting) {
    this.#ctx = ctx
  }

  /** How the paths are kept: without spaces around the names. */
  static path = (cell: string) =>
    cell
      .split('>')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .join(mark)

  id(path: string): number | undefined {
    return this.#ids?.get(keyOf(path))
  }

  /** From here on `id` knows these paths. */
  async know(paths: readonly string[]) {
    if (paths.length === 0) return
    const ids = this.#ids ?? (await this.#read())
    this.#ids = ids
    if (paths.every((path) => ids.has(keyOf(path)))) return
    // Whoever makes the same category at this moment is waited for.
    this.#held ??= lockTree(this.#ctx)
    await this.#held
    const latest = await this.#read()
    this.#ids = latest
    for (let depth = 1; ; depth++) {
      const level = this.#missing(paths, depth, latest)
      if (level === undefined) return
      await this.#make(level, latest)
    }
  }

  async #read() {
    const paths = await categoryPaths(this.#ctx)
    return new Map([...paths].reverse().map(([id, path]) => [keyOf(path), id]))
  }

  /** Those of so many names that are not there; undefined when no path goes that deep. */
  #missing(paths: readonly string[], depth: number, ids: Map<string, number>) {
    const wanted = new Map<string, string[]>()
    let isDeep = false
    for (const path of paths) {
      const names = path.split(mark)
      if (names.length < depth || ids.has(keyOf(path))) continue
      isDeep = true
      const start = names.slice(0, depth)
      const key = keyOf(start.join(mark))
      if (!ids.has(key)) wanted.set(key, start)
    }
    return isDeep ? wanted : undefined
  }

  async #make(level: Map<string, string[]>, ids: Map<string, number>) {
    const drafts = [...level.values()].map((names) => ({
      name: names.at(-1) ?? '',
      parent_id: ids.get(keyOf(names.slice(0, -1).join(mark))) ?? null,
    }))
    const made = await insert(this.#ctx, productCategories, drafts)
    for (const [i, key] of [...level.keys()].entries()) ids.set(key, made[i]?.id ?? 0)
  }
}
