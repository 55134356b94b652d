import { wholeApp } from '../src/app.ts'
import { openapi } from '../src/http/openapi.ts'

// The document that /openapi.json serves, for generators of clients: `npm run -s openapi > openapi.json`.
console.log(
  JSON.stringify(openapi(await wholeApp(), process.env.VERSION ?? 'development'), null, 2),
)
