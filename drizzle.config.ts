import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/db/tables.ts', './src/domain/*/tables.ts'],
  out: './migrations',
  dbCredentials: { url: process.env.DATABASE_URL ?? '' },
})
