import { readdirSync, readFileSync } from 'node:fs';
import autocannon from 'autocannon';

export type Measured = {
  name: string;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU of the server, and of all Postgres processes, per request. */
  serverCpuMs: number;
  postgresCpuMs: number;
  failures: number;
};

export type Target = {
  name: string;
  /** Path of the nth request. */
  path: (n: number) => string;
  port: number;
  serverPid: number;
};

const CONNECTIONS = 32;
/** Kernel clock ticks per second, the unit of /proc/<pid>/stat. */
const TICKS = 100;

/** Loads one target with 32 connections and tells what came out. */
export async function measure(
  target: Target,
  options: { seconds: number; postgresPid: number },
): Promise<Measured> {
  const load = (seconds: number) => {
    let n = 0;
    return autocannon({
      url: `http://127.0.0.1:${String(target.port)}`,
      connections: CONNECTIONS,
      duration: seconds,
      requests: [
        {
          setupRequest: (request) => {
            n += 1;
            return { ...request, path: target.path(n) };
          },
        },
      ],
    });
  };
  await load(1);
  const before = [cpuMs([target.serverPid]), cpuMs(descendants(options.postgresPid))] as const;
  const result = await load(options.seconds);
  const after = [cpuMs([target.serverPid]), cpuMs(descendants(options.postgresPid))] as const;
  const { total } = result.requests;
  return {
    name: target.name,
    requestsPerSecond: total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    serverCpuMs: (after[0] - before[0]) / total,
    postgresCpuMs: (after[1] - before[1]) / total,
    failures: result.non2xx + result.errors,
  };
}

/** User and system time that these processes have used so far. */
function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      // After the name in brackets, which may hold spaces: state is field 3, utime 14, stime 15.
      const fields =
        readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
          .split(') ')[1]
          ?.split(' ') ?? [];
      return sum + ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
    } catch {
      // A process that ended meanwhile.
      return sum;
    }
  }, 0);
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // Ended while we looked.
    }
  }
  const found = [pid];
  for (const candidate of found) {
    for (const [child, parent] of parents) if (parent === candidate) found.push(child);
  }
  return found;
}
