import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Account = { uid: number; gid: number };

/**
 * The account Postgres must run as when we are root, which it refuses to be: the one that already owns the data, else
 * `postgres`, else `nobody`. Null where the present one will do. No account is made on anybody's machine.
 */
export async function chooseAccount(dataDir: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  if (process.platform !== 'linux') {
    throw new Error(
      'Postgres does not run as root. Start this as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
    );
  }
  const owner = await stat(dataDir).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new Error(
    'Postgres does not run as root, and there is neither an account "postgres" nor "nobody" to run it as. Set DATABASE_URL to a Postgres of your own.',
  );
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | null> {
  try {
    return Number((await run('id', [flag, name])).stdout);
  } catch {
    return null; // no such account
  }
}
