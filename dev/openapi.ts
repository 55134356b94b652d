import { app } from '../src/app.ts'
import { openapi } from '../src/http/openapi.ts'

// The document that /openapi.json serves, for generators of clients: `npm run -s openapi > openapi.json`.
console.log(JSON.stringify(openapi(app, process.env.VERSION ?? 'development'), null, 2))
