import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import config from '../drizzle.config.ts';
import { ROOT, runTool } from './run-tool.ts';

/** `node scripts/check-migrations.ts`: fails when src/db/schema says more than drizzle/ does, or the migrations contradict each other. */
async function main(): Promise<void> {
  // Inside the repository: drizzle-kit takes its folder as relative to where it runs.
  const copy = await mkdtemp(join(ROOT, 'node_modules', '.migrations-'));
  try {
    await cp(join(ROOT, 'drizzle'), copy, { recursive: true });
    const before = await listFiles(copy);
    const folder = ['--dialect', config.dialect, '--out', relative(ROOT, copy)];
    const generated = await runTool('drizzle-kit', ['generate', ...folder, '--schema', SCHEMA]);
    const added = (await listFiles(copy)).filter((file) => !before.includes(file));
    if (generated.code !== 0 || added.length > 0) {
      throw new Error(
        `${generated.stdout}${generated.stderr}\nThe tables of src/db/schema are not those of drizzle/. Run: pnpm db:generate`,
      );
    }
    const checked = await runTool('drizzle-kit', ['check', ...folder]);
    if (checked.code !== 0) throw new Error(`${checked.stdout}${checked.stderr}`);
    console.log('drizzle/ is what src/db/schema says.');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const SCHEMA = String(config.schema);

async function listFiles(folder: string): Promise<string[]> {
  return readdir(folder, { recursive: true });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
