import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CHILD_ENVIRONMENT } from '../../testing/child/child-environment.ts';
import { environmentFor, type World } from '../../testing/world.ts';

type Ended = { code: number; output: string };

/** Runs a command of this folder against the world's shop, as a terminal would. */
export function runCommand(w: World, script: string, ...args: string[]): Promise<Ended> {
  return runCommandIn(environmentFor(w.sandbox, w.app.config.databaseUrl), script, ...args);
}

/** The same with these variables of the shop only. */
export function runCommandIn(
  variables: Record<string, string>,
  script: string,
  ...args: string[]
): Promise<Ended> {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const env = { ...CHILD_ENVIRONMENT, ...variables };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [path, ...args], { env }, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, output: out + err });
    });
  });
}
