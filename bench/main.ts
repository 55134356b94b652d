import { parseArgs } from 'node:util'
import { Factory } from '../test/frame/factory.ts'
import { isEveryday, operationsOf } from '../test/frame/operations.ts'
import { roundTripsOf } from '../test/frame/round-trips.ts'
import { Client } from '../test/harness/client.ts'
import { coldStart } from './cold-start.ts'
import { compare } from './compare.ts'
import { distance } from './distance.ts'
import { scenarios } from './scenarios.ts'
import { sizes } from './sizes.ts'
import { account, openStage } from './stage.ts'
import { logStatements, statementsOf } from './statements.ts'

// npm run bench [-- [--profile] [name …]]
//   name       measures only the scenarios whose name holds one of these words
//   --profile  where PostgreSQL spends the time of these scenarios, statement by statement

const { values, positionals } = parseArgs({
  options: { profile: { type: 'boolean', default: false } },
  allowPositionals: true,
})

const say = (title: string, table: object) => {
  console.log(`\n${title}`)
  console.table(table)
}

const log: string[] = []
const stage = await openStage((line) => log.push(line))
const service = await stage.service.start()
const bare = await stage.bare.start()
try {
  const { body } = await new Client(service.url).post('/auth/login', account)
  const { token } = body
  const url = `${service.url}/api`
  const chosen = (await scenarios(stage.owner)).filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  )
  if (values.profile) {
    await logStatements(stage.owner)
    for (const scenario of chosen) {
      say(scenario.name, await statementsOf(scenario, { log, url, token }))
    }
  } else {
    const urls = { service: service.url, bare: bare.url, token }
    say('Throughput; µs are processor time per request', await compare(chosen, urls))
    const reads = chosen.filter(({ method }) => method === 'GET')
    say(
      'With a distant database, one client; p50 in ms',
      await distance(reads, { endpoint: stage.endpoint, url, token }),
    )
    if (positionals.length === 0) {
      const { service: own, bare: least, hono } = stage
      say('Bundles', sizes({ service: own, 'bare Worker': least, 'Hono and driver': hono }))
      say('Cold start, from nothing to the first /health', [await coldStart(own, hono)])
      say('Round trips per route', await roundTrips(new Client(service.url, token)))
    }
  }
} finally {
  await service.stop()
  await bare.stop()
  await stage.close()
}

async function roundTrips(api: Client) {
  await stage.owner.query(`update api_tokens set last_used_at = now() + interval '1 hour'`)
  const factory = new Factory(api, stage.owner)
  const table: Record<string, object> = {}
  for (const operation of (await operationsOf(service.url)).filter(isEveryday)) {
    const { endpoint } = stage
    const { status: _, ...cost } = await roundTripsOf(operation, { api, factory, endpoint })
    table[operation.name] = { kind: operation.kind, ...cost }
  }
  return table
}
