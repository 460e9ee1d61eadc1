import { parseArgs } from 'node:util';
import { runTool } from './run-tool.ts';

const DEFAULT_TIMES = 20;

/**
 * `pnpm test:races [--times=20] [part of a file's name …]`: runs the race tests again and again and stops at the first
 * that fails. A race that is lost once in ten runs is as wrong as one that is lost each time.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { times: { type: 'string', default: String(DEFAULT_TIMES) } },
    allowPositionals: true,
  });
  if (!/^[1-9]\d{0,3}$/.test(values.times)) throw new Error('--times must be a whole number.');
  const times = Number(values.times);
  for (let run = 1; run <= times; run += 1) {
    console.log(`Run ${String(run)} of ${String(times)}`);
    const { code } = await runTool('vitest', ['run', '--project=race', ...positionals], {
      show: true,
    });
    if (code !== 0) {
      console.error(`Run ${String(run)} failed.`);
      return 1;
    }
  }
  console.log(`All races were won ${String(times)} times in a row.`);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
