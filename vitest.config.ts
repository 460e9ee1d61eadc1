import { defineConfig } from 'vitest/config';

const FOLDERS = '{src,sandbox,scripts,testing}';
const WITH_DATABASE = ['api', 'int', 'race'];

/** On a build server, whose load nobody sees, a failed test is tried once more; the report shows it. Elsewhere never. */
const RETRY = process.env.CI === undefined ? 0 : 1;

/** The four kinds of test, told apart by their suffix. What each may use: docs/architecture.md. */
export default defineConfig({
  test: {
    // A forgotten `.only` would let everything else pass unseen.
    allowOnly: false,
    // Each file of the kinds with a database works the server, too; more workers than this only take turns.
    maxWorkers: 2,
    // A worker keeps the modules it has loaded: nothing in the code is a singleton, and loading everything anew for each
    // file took longer than many a file's tests.
    isolate: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: WITH_DATABASE.map((kind) => `**/*.${kind}.test.ts`),
          // For properties with many examples on a busy machine; most tests take milliseconds.
          testTimeout: 30_000,
          retry: RETRY,
          hookTimeout: 60_000,
        },
      },
      ...WITH_DATABASE.map((kind) => ({
        test: {
          name: kind,
          include: [`${FOLDERS}/**/*.${kind}.test.ts`],
          globalSetup: ['testing/global-setup.ts'],
          testTimeout: 30_000,
          retry: RETRY,
          hookTimeout: 60_000,
        },
      })),
    ],
  },
});
