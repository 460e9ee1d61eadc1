import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A run that was killed leaves a Postgres that is just stopping. */
const PATIENCE_MS = 3_000;
const POLL_MS = 50;

/**
 * Waits until no Postgres works on `dataDir`, and clears away the process id of one that was killed.
 * @throws Error when it is in use by another run
 */
export async function waitUntilFree(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const pid = await readPid(file);
    if (pid === null) return;
    if (!(await isRunningPostgres(pid))) {
      // Postgres would give up if the number belongs to somebody else by now. If two runs come here at once, its own
      // check of shared memory still lets only one of them in.
      await rm(file, { force: true });
      return;
    }
    if (performance.now() > until) {
      throw new Error(
        `${dataDir} is in use by another run (process ${String(pid)}). Stop that one, or set DATA_DIR to another folder.`,
      );
    }
    await wait(POLL_MS);
  }
}

async function readPid(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** On Linux only for a Postgres; elsewhere for any process of that number. */
export async function isRunningPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  // `123 (postgres) S …`. After a restart of the machine or the container the number may be anybody's; and where nobody
  // collects the dead, as in many containers, they stay as Z for ever.
  const status = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return /^\d+ \(postgres\) [^ZX]/.test(status);
}
