import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const LOOK_EVERY_MS = 500;

/** `npx`, `pnpm` and the shells between them. A person's own shell is none of them. */
const LAUNCHER = /^(npm|npx|pnpm)\b|\/(npx|npm|pnpm)(-cli)?(\.[cm]?js)?\b|^(\/bin\/)?sh -c /;

/**
 * Calls `onGone` once when one of the programs that started this one is gone: told to stop, `npx` ends at once and passes
 * nothing on to the script, which would then hold its ports and its data without anybody knowing.
 */
export async function watchLaunchers(onGone: () => void): Promise<void> {
  const launchers = await findLaunchers();
  if (launchers.length === 0) return;
  const timer = setInterval(() => {
    if (launchers.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS).unref();
}

async function findLaunchers(): Promise<number[]> {
  const found: number[] = [];
  let pid = process.ppid;
  while (pid > 1) {
    const about = await readProcess(pid).catch(() => null);
    if (about === null || !LAUNCHER.test(about.command)) break;
    found.push(pid);
    pid = about.parent;
  }
  return found;
}

async function readProcess(pid: number): Promise<{ parent: number; command: string }> {
  if (process.platform === 'linux') {
    // Small images have no `ps`. The name in `stat` stands in brackets and may hold anything, so it is read from its end.
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((name) => readFile(`/proc/${String(pid)}/${name}`, 'utf8')),
    );
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parent, command: command?.replaceAll('\0', ' ') ?? '' };
  }
  const { stdout } = await run('ps', ['-o', 'ppid=,args=', '-p', String(pid)]);
  const [, parent, command = ''] = /^\s*(\d+)\s+(.*)$/s.exec(stdout) ?? [];
  return { parent: Number(parent), command };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's: alive, but not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
