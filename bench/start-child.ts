import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export type Child = { pid: number; stop: () => Promise<void> };

/** Starts a script of this repository with the Node that runs us, and waits until `isReady` is true. */
export async function startChild(options: {
  script: string;
  args?: string[];
  env: Record<string, string>;
  logFile: string;
  isReady: () => Promise<boolean>;
}): Promise<Child> {
  // Not through a pipe: this process makes the load, and would read each line of the log besides.
  const log = openSync(options.logFile, 'w');
  const child = spawn(process.execPath, [options.script, ...(options.args ?? [])], {
    env: options.env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.script} did not start.`);
  const stop = () => stopChild(child);
  for (let i = 0; i < 300; i += 1) {
    if (child.exitCode !== null)
      throw new Error(`${options.script} ended; see ${options.logFile}.`);
    if (await options.isReady().catch(() => false)) return { pid, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${options.script} was not ready in 30 s; see ${options.logFile}.`);
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGTERM');
  });
}
