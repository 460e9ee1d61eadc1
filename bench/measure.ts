import autocannon from 'autocannon';
import { cpuMs, familyOf } from './cpu-time.ts';

export type Target = {
  name: string;
  /** Path of the nth request. */
  path: (n: number) => string;
  port: number;
  serverPid: number;
};

/** One short run. */
export type Run = {
  requests: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU of the server, and of all Postgres processes, over the run. */
  serverCpuMs: number;
  postgresCpuMs: number;
  failures: number;
};

export const CONNECTIONS = 32;

/**
 * Loads every target in turn, and all of them again, `rounds` times. What is compared ran within the same half minute, so a
 * machine that is slower for a while spoils one round and not one target.
 */
export async function measureInRounds(
  targets: readonly Target[],
  options: { rounds: number; seconds: number; postgresPid: number },
): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>(targets.map((target) => [target.name, []]));
  const sent = new Map<string, number>();
  for (const target of targets) await load(target, 1, sent);
  for (let round = 1; round <= options.rounds; round += 1) {
    console.log(`  round ${String(round)} of ${String(options.rounds)} …`);
    for (const target of targets) {
      runs.get(target.name)?.push(await measure(target, options, sent));
    }
  }
  return runs;
}

async function measure(
  target: Target,
  options: { seconds: number; postgresPid: number },
  sent: Map<string, number>,
): Promise<Run> {
  const used = () => [cpuMs([target.serverPid]), cpuMs(familyOf(options.postgresPid))] as const;
  const before = used();
  const result = await load(target, options.seconds, sent);
  const after = used();
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    serverCpuMs: after[0] - before[0],
    postgresCpuMs: after[1] - before[1],
    failures: result.non2xx + result.errors,
  };
}

/** Goes on counting where the last run of this target ended, so that no URL is asked for twice. */
function load(target: Target, seconds: number, sent: Map<string, number>) {
  return autocannon({
    url: `http://127.0.0.1:${String(target.port)}`,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        setupRequest: (request) => {
          const n = (sent.get(target.name) ?? 0) + 1;
          sent.set(target.name, n);
          return { ...request, path: target.path(n) };
        },
      },
    ],
  });
}
