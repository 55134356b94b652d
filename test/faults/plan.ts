/** A sequence of numbers that a seed repeats (mulberry32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number below. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }
}

/** Where something goes wrong, by what travels to the database or arrives outside at that moment. */
export const points = [
  { name: 'committed, nobody called to work', at: 'done', text: /app\.reacting/ },
  { name: 'a batch on its way', at: 'asked', text: /app\.reacting/ },
  { name: 'a commit on its way', at: 'sent', text: /app\.reacting/ },
  { name: 'reactions claimed', at: 'done', text: /for update skip locked/ },
  { name: 'effect made, not noted', at: 'sent', text: /"done_at" =/ },
  { name: 'effect noted, not acknowledged', at: 'done', text: /done_at\\" =/ },
  { name: 'received outside', at: 'received', text: /./ },
  { name: 'answered', at: 'answered', text: /./ },
] as const

export type Moment = (typeof points)[number]['at']

/** Killed, or, where an answer is due, an answer that says that all failed although it did not. */
export type Fault = { point: (typeof points)[number]; kind: 'kill' | 'lie'; after: number }

/** Faults of one run, each armed after so many commands. */
export function planFaults(chance: Chance, commands: number, faults: number): Fault[] {
  return Array.from({ length: faults }, () => {
    const point = chance.pick(points)
    const mayLie = point.at === 'done' || point.at === 'asked'
    return {
      point,
      kind: mayLie && chance.next() < 0.25 ? ('lie' as const) : ('kill' as const),
      after: chance.below(commands),
    }
  }).sort((a, b) => a.after - b.after)
}
