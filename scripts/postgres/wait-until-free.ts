import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A run that was killed leaves a Postgres that is just stopping. */
const PATIENCE_MS = 3_000;
const POLL_MS = 50;

/**
 * Waits until no Postgres works on `dataDir`. What a killed one left behind, Postgres clears away by itself.
 * @throws Error when it is in use by another run
 */
export async function waitUntilFree(dataDir: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const pid = await readPid(dataDir);
    if (pid === null || !(await isPostgres(pid))) return;
    if (performance.now() > until) {
      throw new Error(
        `${dataDir} is in use by another run (process ${String(pid)}). Stop that one, or set DATA_DIR to another folder.`,
      );
    }
    await wait(POLL_MS);
  }
}

async function readPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  // After a restart of the machine or the container, the number may be anybody's.
  const name = await readFile(`/proc/${String(pid)}/comm`, 'utf8').catch(() => '');
  return name.trim() === 'postgres';
}
