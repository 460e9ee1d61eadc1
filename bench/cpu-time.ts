import { readdirSync, readFileSync } from 'node:fs';

/** Kernel clock ticks per second, the unit of /proc/<pid>/stat. */
const TICKS = 100;

/**
 * User and system time in ms that these processes have used so far, and those of their children that have ended: a backend
 * whose connection was idle for long is gone before the end, and its work would be counted off what the others do.
 */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // Counted from the end of the name in brackets, which may hold spaces: state, parent, … utime, stime, cutime, cstime.
    const ticks = statOf(pid).slice(11, 15).map(Number);
    return sum + (ticks.reduce((a, b) => a + b, 0) * 1000) / TICKS;
  }, 0);
}

/** A process and all that it started, such as the backends of a Postgres. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statOf(Number(name))[1]));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

function statOf(pid: number): string[] {
  try {
    return (
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? []
    );
  } catch {
    // Ended while we looked.
    return [];
  }
}
