import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { cp, mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './choose-account.ts';
import { binariesIn, type PostgresBinaries } from './find-binaries.ts';

/** Binaries and the account to run them as. */
export type Installation = { binaries: PostgresBinaries; account: Account | null };

/**
 * How the data folder is named to Postgres, which is always started inside of it.
 *
 * As root, Postgres runs as another account, and that cannot pass through a private folder above (`/root`, a folder of
 * mkdtemp). The kernel resolves this link without looking at the folders above, so their modes stay as they are.
 */
export function dataFolderName({ account }: Installation, dataDir: string): string {
  return account === null ? dataDir : '/proc/self/cwd';
}

/** Starts a program of Postgres in `cwd`, out of reach of the terminal's Ctrl-C. */
export function spawnPostgres(
  installation: Installation,
  program: 'postgres' | 'initdb',
  args: string[],
  cwd: string,
): ChildProcess {
  const options: SpawnOptions = {
    cwd,
    // A process group of its own: Ctrl-C reaches a whole group, and the API still has requests to finish.
    detached: true,
    // Nothing of the caller's: PGDATA, PGOPTIONS and locales would change what starts.
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(installation.account ?? {}),
  };
  return spawn(installation.binaries[program], args, options);
}

/** Runs a program to its end. @throws Error with what it said */
export async function runPostgres(
  installation: Installation,
  program: 'postgres' | 'initdb',
  args: string[],
  cwd: string,
): Promise<void> {
  const child = spawnPostgres(installation, program, args, cwd);
  const said: string[] = [];
  child.stdout?.on('data', (text: Buffer) => said.push(text.toString()));
  child.stderr?.on('data', (text: Buffer) => said.push(text.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} failed: ${said.join('').trim()}`);
}

/**
 * Makes sure that the account can run the binaries. Where it cannot (a clone inside /root), it gets a copy in the
 * temporary folder: Postgres looks for its libraries by its own real path, so no link would do.
 */
export async function makeRunnable(
  installation: Installation,
): Promise<{ installation: Installation; cleanUp: () => Promise<void> }> {
  const kept = { installation, cleanUp: () => Promise.resolve() };
  const { account, binaries } = installation;
  if (account === null || (await canRun(installation))) return kept;
  const copy = await mkdtemp(join(tmpdir(), 'popbox-postgres-'));
  const cleanUp = () => rm(copy, { recursive: true, force: true });
  await chmod(copy, 0o755);
  await cp(binaries.root, copy, { recursive: true, verbatimSymlinks: true });
  const copied = { binaries: binariesIn(copy), account };
  if (await canRun(copied)) return { installation: copied, cleanUp };
  await cleanUp();
  throw new Error(
    `Postgres does not run as root, and the account it should run as (${String(account.uid)}) can read neither ${binaries.root} nor ${tmpdir()}. Set DATABASE_URL to a Postgres of your own.`,
  );
}

async function canRun(installation: Installation): Promise<boolean> {
  try {
    await runPostgres(installation, 'postgres', ['--version'], '/');
    return true;
  } catch {
    return false; // whichever way it fails, the answer is no
  }
}
