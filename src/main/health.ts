import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { isSchemaCurrent } from '../db/schema-version.ts';
import { handle, type Mounted } from '../http/handle-route.ts';
import { defineRoute } from '../http/route.ts';
import type { App } from '../kernel/app.ts';
import { defineProblems, Problem } from '../kernel/problems.ts';

const healthProblems = defineProblems({
  DATABASE_UNAVAILABLE: { status: 503, message: 'The database does not answer.' },
  SCHEMA_OUTDATED: { status: 503, message: 'The database lacks migrations of this version.' },
});

export const databaseProblems = Object.values(healthProblems);

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
  problems: databaseProblems,
});

const DATABASE_LIMIT_MS = 3_000;

/**
 * @throws Problem DATABASE_UNAVAILABLE after three seconds without an answer, or at once if it is refused; SCHEMA_OUTDATED:
 *   requests would fail on tables that are not there
 */
export async function requireDatabase(app: App): Promise<void> {
  const controller = new AbortController();
  try {
    await Promise.race([
      look(app),
      wait(DATABASE_LIMIT_MS, undefined, { signal: controller.signal }).then(() => {
        throw new Error('The database did not answer in time.');
      }),
    ]);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(healthProblems.DATABASE_UNAVAILABLE, { cause: error });
  } finally {
    controller.abort();
  }
}

/** Apps that have seen their schema. It never goes back, so it is looked at until it is as it should be, and no longer. */
const current = new WeakSet<App>();

async function look(app: App): Promise<void> {
  if (current.has(app)) {
    await app.database.pool.query('SELECT 1');
    return;
  }
  if (!(await isSchemaCurrent(app.database.pool)))
    throw new Problem(healthProblems.SCHEMA_OUTDATED);
  current.add(app);
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
