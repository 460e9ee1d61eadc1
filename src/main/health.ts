import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineRoute, handle, type Mounted } from '../http/route.ts';
import type { App } from '../kernel/app.ts';
import { defineProblems, Problem } from '../kernel/problems.ts';

const healthProblems = defineProblems({
  DATABASE_UNAVAILABLE: { status: 503, message: 'The database does not answer.' },
});

export const databaseProblem = healthProblems.DATABASE_UNAVAILABLE;

export const processSchema = z.object({
  process: z.object({
    state: z.literal('up'),
    uptimeSeconds: z.number(),
    timestamp: z.iso.datetime(),
  }),
  database: z.object({ state: z.literal('up') }),
});

export const healthRoute = defineRoute({
  operationId: 'health',
  method: 'get',
  path: '/health',
  summary: 'Whether this process and its database are well',
  tag: 'Operation',
  limit: 'none',
  replies: {
    200: processSchema,
  },
  problems: [healthProblems.DATABASE_UNAVAILABLE],
});

const DATABASE_LIMIT_MS = 3_000;

/** @throws Problem DATABASE_UNAVAILABLE after three seconds without an answer, or at once if it is refused */
export async function requireDatabase(app: App): Promise<void> {
  const controller = new AbortController();
  try {
    await Promise.race([
      app.database.pool.query('SELECT 1'),
      wait(DATABASE_LIMIT_MS, undefined, { signal: controller.signal }).then(() => {
        throw new Error('The database did not answer in time.');
      }),
    ]);
  } catch (error) {
    throw new Problem(healthProblems.DATABASE_UNAVAILABLE, { cause: error });
  } finally {
    controller.abort();
  }
}

/** What is true once the database has answered. */
export function describeProcess(): z.infer<typeof processSchema> {
  return {
    process: {
      state: 'up',
      uptimeSeconds: Math.floor(process.uptime()),
      timestamp: new Date().toISOString(),
    },
    database: { state: 'up' },
  };
}

export function healthRouter(app: App): Mounted[] {
  return [
    handle(app, healthRoute, async () => {
      await requireDatabase(app);
      return { data: describeProcess() };
    }),
  ];
}
