import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dataFolderName, runPostgres, type Installation } from './cluster.ts';

export const SUPERUSER = 'postgres';
export const MAJOR_VERSION = '18';

export const PASSWORD_FILE = 'popbox-password';

// Sorting must not depend on the machine: the builtin locale is the same everywhere, those of libc and ICU are not.
const LOCALE_FLAGS = [
  ...['--encoding=UTF8', '--locale=C'],
  ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
];

/**
 * Makes the cluster in `dataDir` unless it is there, and answers its superuser's password.
 *
 * It is made beside and then moved into place, so that a run that was killed in the middle leaves nothing half made, and
 * of two at once one wins whole.
 *
 * @throws Error in one sentence: the folder holds something else, or another version's data
 */
export async function initialiseCluster(
  installation: Installation,
  dataDir: string,
): Promise<string> {
  const entries = await listFolder(dataDir);
  if (entries.length === 0) await makeCluster(installation, dataDir);
  else if (!entries.includes('PG_VERSION')) {
    throw new Error(
      `${dataDir} is not empty and holds no database. Set DATA_DIR to another folder.`,
    );
  }
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR_VERSION) {
    throw new Error(
      `${dataDir} holds data of Postgres ${version}, and this is ${MAJOR_VERSION}. Move the folder away, or set DATA_DIR to another.`,
    );
  }
  return (await readFile(join(dataDir, PASSWORD_FILE), 'utf8')).trim();
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return [];
    if (code === 'EACCES') {
      throw new Error(`${folder} belongs to another account. Set DATA_DIR to another folder.`, {
        cause: error,
      });
    }
    throw error;
  }
}

async function makeCluster(installation: Installation, dataDir: string): Promise<void> {
  const staging = await makeStagingFolder(dataDir);
  const secrets = await mkdtemp(join(tmpdir(), 'popbox-initdb-'));
  try {
    const password = randomBytes(18).toString('base64url');
    const passwordFile = join(secrets, PASSWORD_FILE);
    await writeFile(passwordFile, password, { mode: 0o600 });
    for (const path of [staging, secrets, passwordFile]) await giveTo(installation, path);
    await runPostgres(
      installation,
      'initdb',
      [
        `--pgdata=${dataFolderName(installation, staging)}`,
        ...[`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...LOCALE_FLAGS,
        // The first checkpoint writes it down; waiting for the disk here takes longer than all the rest.
        '--no-sync',
      ],
      staging,
    );
    // Anybody on this machine can connect to the port, and a superuser can run programs: no well-known password.
    const kept = join(staging, PASSWORD_FILE);
    await writeFile(kept, password, { mode: 0o600 });
    await giveTo(installation, kept);
    await moveIntoPlace(staging, dataDir);
  } finally {
    await rm(secrets, { recursive: true, force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

async function makeStagingFolder(dataDir: string): Promise<string> {
  const parent = dirname(dataDir);
  try {
    await mkdir(parent, { recursive: true });
    return await mkdtemp(`${dataDir}-new-`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${parent} cannot be written to (${reason}). Set DATA_DIR to another folder.`, {
      cause: error,
    });
  }
}

async function moveIntoPlace(staging: string, dataDir: string): Promise<void> {
  await chmod(staging, 0o700);
  try {
    await rename(staging, dataDir);
  } catch (error) {
    // Another run was faster. Its cluster stays; starting on it will say that it is in use.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function giveTo({ account }: Installation, path: string): Promise<void> {
  if (account !== null) await chown(path, account.uid, account.gid);
}
