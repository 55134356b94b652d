import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
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
