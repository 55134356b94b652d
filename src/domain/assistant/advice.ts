import * as z from 'zod'
import { parseCents, sumCents } from '../../lib/money.ts'
import { id, money } from '../../schema.ts'
import type { Knowledge } from './knowledge.ts'
import { confidences, type ModelAnswer } from './question.ts'

const priceSources = ['product', 'past_repairs', 'estimate'] as const

export const Advice = z.object({
  suggestions: z.array(
    z.object({
      name: z.string().meta({ examples: ['Screen replacement'] }),
      confidence: z.enum(confidences),
      estimated_price: money()
        .describe(
          'Incl. VAT for an individual, excl. for a business; with the diagnosis where needed',
        )
        .meta({ examples: [149] }),
      description: z
        .string()
        .meta({ examples: ['Full OLED panel replacement including digitizer'] }),
      requires_diagnosis: z.boolean(),
      diagnosis_cost: money()
        .describe('What of the price is for the diagnosis')
        .meta({ examples: [0] }),
      price_source: z
        .enum(priceSources)
        .describe("The shop's own products, what it mostly asked before, or the model's estimate"),
      product_ids: z.array(id()),
    }),
  ),
  advice: z.string().meta({ examples: ['Recommend screen replacement as primary fix.'] }),
  not_repairable: z.boolean(),
})

type Suggestion = z.input<typeof Advice>['suggestions'][number]

const highestEstimate = 10_000

/** The model's answer with our prices, as many suggestions as are wanted, the surest first. */
export function adviceOf(answer: ModelAnswer, knowledge: Knowledge): z.input<typeof Advice> {
  const rank = ({ confidence }: { confidence: Suggestion['confidence'] }) =>
    confidences.indexOf(confidence)
  return {
    suggestions: answer.suggestions
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, knowledge.config.max_suggestions)
      .map((suggestion) => suggestionOf(suggestion, knowledge)),
    advice: answer.advice.slice(0, 2000),
    not_repairable: answer.not_repairable,
  }
}

function suggestionOf(
  suggestion: ModelAnswer['suggestions'][number],
  knowledge: Knowledge,
): Suggestion {
  const { name, description, confidence, requires_diagnosis } = suggestion
  const { price_cents, ...source } = groundedPrice(suggestion, knowledge)
  const diagnosis_cost = requires_diagnosis ? knowledge.diagnosis_cost_cents : 0
  return {
    name: name.slice(0, 255),
    description: description.slice(0, 1000),
    confidence,
    estimated_price: sumCents([price_cents, diagnosis_cost]),
    requires_diagnosis,
    diagnosis_cost,
    ...source,
  }
}

/** Our own price wherever the model names something of ours; ids that it made up count for nothing. */
function groundedPrice(
  { product_ids, past_repair_id, estimated_price }: ModelAnswer['suggestions'][number],
  { products, past_repairs }: Knowledge,
): { price_cents: number; price_source: Suggestion['price_source']; product_ids: number[] } {
  const named = products.filter(({ id }) => product_ids.includes(id))
  if (named.length > 0) {
    return {
      price_cents: sumCents(named.map(({ price_cents }) => price_cents)),
      price_source: 'product',
      product_ids: named.map(({ id }) => id),
    }
  }
  const before = past_repairs.find(({ id }) => id === past_repair_id)
  if (before) {
    return { price_cents: before.price_cents, price_source: 'past_repairs', product_ids: [] }
  }
  const euros = Math.min(Math.max(estimated_price, 0), highestEstimate)
  return {
    price_cents: parseCents(euros.toFixed(2)) ?? 0,
    price_source: 'estimate',
    product_ids: [],
  }
}
