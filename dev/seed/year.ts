import type { Transacting } from '../../src/context.ts'
import { Clients } from './customers.ts'
import { planLeave } from './leave.ts'
import { planOffer } from './offers.ts'
import { planRepair } from './repairs.ts'
import { planRules } from './rules.ts'
import type { Story } from './story.ts'
import { planChores } from './tasks.ts'
import { planAgreement, planSubscription } from './terms.ts'
import { planTutorials } from './tutorials.ts'
import { planWarehouse } from './warehouse.ts'
import { planWarranty } from './warranty.ts'

/** How much went on in a shop. */
export interface Scale {
  customers: number
  repairs: number
  offers: number
  /** Price agreements, and as many schedules of invoices. */
  terms: number
}

export const days = 360

/** What happened in a shop over the last twelve months, up to this minute. */
export async function tellYear(ctx: Transacting, story: Story, scale: Scale): Promise<void> {
  const clients = new Clients(story, scale.customers)
  const spread = (count: number, place: number) => Math.round((days * place) / count)
  for (let place = 0; place < scale.repairs; place++) {
    planRepair(story, clients, story.openingHour(spread(scale.repairs, place)))
  }
  for (let place = 0; place < scale.offers; place++) {
    planOffer(story, clients, story.openingHour(spread(scale.offers, place)))
  }
  for (let place = 0; place < scale.terms; place++) {
    planAgreement(story, clients, story.openingHour(spread(scale.terms, place)), place)
    planSubscription(story, clients, story.openingHour(spread(scale.terms, place)))
  }
  planChores(story)
  planLeave(story)
  planRules(story)
  planWarehouse(story)
  planTutorials(story)
  planWarranty(story)
  await story.tell(ctx)
}
