import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runTool } from './run-tool.ts';

/** What we read of vitest's JSON report. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

type Tally = { passed: number; failed: number; skipped: number };

/** `pnpm test [vitest arguments]`: all four kinds of test. Its last line is `N passed, N failed`. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'popbox-tests-'));
  try {
    const file = join(folder, 'report.json');
    const { code } = await runTool(
      'vitest',
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`].concat(
        process.argv.slice(2),
      ),
      { show: true },
    );
    const tally = await readTally(file);
    if (tally.passed + tally.failed === 0) {
      console.error('No test ran.');
      tally.failed = 1;
    } else if (code !== 0 && tally.failed === 0) {
      console.error('Every test passed, but the run failed: see the errors above.');
      tally.failed = 1;
    }
    const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
    console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
    process.exitCode = tally.failed > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readTally(file: string): Promise<Tally> {
  const text = await readFile(file, 'utf8').catch(() => null);
  // No report: the run ended before its first test, for instance in the global set-up.
  if (text === null) return { passed: 0, failed: 0, skipped: 0 };
  const report = reportSchema.parse(JSON.parse(text));
  // A file that cannot be loaded has no test that could be counted as failed.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

await main();
