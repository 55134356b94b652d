import { newVapidKeys } from './local-key.ts'

// For `wrangler secret put`: a new pair ends the subscriptions that were made with the old one.
for (const [name, value] of Object.entries(newVapidKeys())) console.log(`${name}=${value}`)
