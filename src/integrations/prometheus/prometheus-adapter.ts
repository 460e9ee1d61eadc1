import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricsPort } from './metrics-port.ts';

/** From an answer out of memory to one that waited for a lock or for Stripe. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Each app has its own registry, so that a test builds as many as it likes. */
export function createPrometheusMetrics(options: {
  pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number };
}): MetricsPort {
  const { pool } = options;
  const registers = [new Registry()];
  const [registry] = registers;
  if (registry === undefined) throw new Error('A registry was made.');
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'popbox_http_request_seconds',
    help: 'Duration of requests.',
    labelNames: ['operation', 'status'],
    buckets: SECONDS,
    registers,
  });
  const jobs = new Histogram({
    name: 'popbox_job_seconds',
    help: 'Duration of scheduled jobs.',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.1, 1, 10, 60],
    registers,
  });
  const limited = new Counter({
    name: 'popbox_rate_limited_total',
    help: 'Requests refused by a rate limit.',
    labelNames: ['limit'],
    registers,
  });
  new Gauge({
    name: 'popbox_database_connections',
    help: 'Connections of the pool, and requests that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  return {
    request: ({ operation, status, seconds }) => {
      // The class only: each status would multiply the buckets.
      requests.observe({ operation, status: `${String(Math.floor(status / 100))}xx` }, seconds);
    },
    job: ({ name, outcome, seconds }) => {
      jobs.observe({ job: name, outcome }, seconds);
    },
    limited: (limit) => {
      limited.inc({ limit });
    },
    read: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
