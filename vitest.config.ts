import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Workers of the tests trust the mail server of the tests; its key opens nothing else.
    env: { NODE_EXTRA_CA_CERTS: 'test/fakes/certificate/certificate.pem' },
    globalSetup: 'test/harness/global-setup.ts',
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Files share the loaded modules of their process, none of which keeps a state of the tests.
    isolate: false,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
