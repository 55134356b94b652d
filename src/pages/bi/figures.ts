import { ask, Problem } from './api.ts'

// What the API answers, as far as the page shows it; amounts in euros, days as YYYY-MM-DD.

export const periods = ['7d', '30d', '90d', 'jaar'] as const
export type Period = (typeof periods)[number]

export const reports = [
  'revenue',
  'work-orders',
  'engineers',
  'customers',
  'parts',
  'invoices',
] as const
export type Report = (typeof reports)[number]

export interface DayAmount {
  date: string
  amount: number
}

/** All figures of a period and branch. */
export interface Figures {
  revenue: {
    from: string
    to: string
    data: DayAmount[]
    total: number
    growth_pct: number | null
  }
  workOrders: {
    status_distribution: Record<string, number>
    avg_duration_hours: number | null
    completion_rate_pct: number | null
  }
  engineers: {
    engineer_id: number
    name: string
    completed: number
    avg_hours: number | null
    revenue: number
  }[]
  customers: { new_customers: number; returning_customers: number; avg_ltv: number | null }
  parts: {
    top_parts: { product_id: number; name: string; used: number }[]
    inventory_value: number
  }
  invoices: {
    outstanding_amount: number
    overdue_amount: number
    avg_payment_days: number | null
    aging: { bucket: string; amount: number }[]
  }
  /** When they were read. */
  read_at: Date
}

export interface Status {
  slug: string
  label: string
  color: string | null
}

/** What the page must know of the shop before it can show anything. */
export interface Shop {
  name: string
  locale: string
  timezone: string
  branches: { id: number; name: string }[]
  statuses: Status[]
}

/** What is looked at. */
export interface Choice {
  period: Period
  branch_id: number | null
}

export const queryOf = ({ period, branch_id }: Choice) =>
  new URLSearchParams({ period, ...(branch_id !== null && { branch_id: String(branch_id) }) })

/** @throws Problem */
export async function readShop(token: string): Promise<Shop> {
  const [settings, branches, statuses] = await Promise.all([
    ask<Pick<Shop, 'name' | 'locale' | 'timezone'>>('/settings', { token }),
    ask<Shop['branches']>('/branches?per_page=1000', { token }).catch(noneIfForbidden),
    ask<{ data: Status[] }>('/work-order-statuses?per_page=100', { token })
      .then(({ data }) => data)
      .catch(noneIfForbidden),
  ])
  return { ...settings, branches, statuses }
}

/** Without the module of work orders there are figures all the same, under the statuses' slugs. */
function noneIfForbidden(error: unknown): never[] {
  if (error instanceof Problem && error.status === 403) return []
  throw error
}

/** @throws Problem; DOMException when it was called off */
export async function readFigures(
  token: string,
  choice: Choice,
  signal: AbortSignal,
): Promise<Figures> {
  const read = <T>(report: Report) => ask<T>(`/bi/${report}?${queryOf(choice)}`, { token, signal })
  const [revenue, workOrders, engineers, customers, parts, invoices] = await Promise.all([
    read<Figures['revenue']>('revenue'),
    read<Figures['workOrders']>('work-orders'),
    read<Figures['engineers']>('engineers'),
    read<Figures['customers']>('customers'),
    read<Figures['parts']>('parts'),
    read<Figures['invoices']>('invoices'),
  ])
  return { revenue, workOrders, engineers, customers, parts, invoices, read_at: new Date() }
}

/** Nothing was sold, taken in or left open. */
export const isEmpty = ({ revenue, workOrders, engineers, invoices }: Figures) =>
  revenue.data.every(({ amount }) => amount === 0) &&
  Object.values(workOrders.status_distribution).every((count) => count === 0) &&
  engineers.length === 0 &&
  invoices.outstanding_amount === 0
