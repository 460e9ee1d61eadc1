import { defineConfig } from 'vitest/config';

const SOURCES = '{src,sandbox,scripts,testing}';
const WITH_DATABASE = ['api', 'int', 'race'];

/** The four kinds of test, told apart by their suffix; see docs/architecture.md. */
export default defineConfig({
  test: {
    // Two cores: more workers than that only take turns.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${SOURCES}/**/*.test.ts`],
          exclude: WITH_DATABASE.map((kind) => `**/*.${kind}.test.ts`),
          testTimeout: 30_000,
        },
      },
      ...WITH_DATABASE.map((kind) => ({
        test: {
          name: kind,
          include: [`${SOURCES}/**/*.${kind}.test.ts`],
          globalSetup: ['testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      })),
    ],
  },
});
