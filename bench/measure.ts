import autocannon from 'autocannon';
import { cpuMs, familyOf } from './cpu-time.ts';

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
  const before = [cpuMs([target.serverPid]), cpuMs(familyOf(options.postgresPid))] as const;
  const result = await load(options.seconds);
  const after = [cpuMs([target.serverPid]), cpuMs(familyOf(options.postgresPid))] as const;
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
