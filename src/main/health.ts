import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { isSchemaCurrent } from '../db/schema-version.ts';
import { defineRoute, handle, type Mounted } from '../http/route.ts';
import type { App } from '../kernel/app.ts';
import { defineProblems, Problem } from '../kernel/problems.ts';

const healthProblems = defineProblems({
  DATABASE_UNAVAILABLE: { status: 503, message: 'The database does not answer.' },
  SCHEMA_OUTDATED: { status: 503, message: 'The database lacks migrations of this version.' },
});

export const healthRoute = defineRoute({
  operationId: 'health',
  method: 'get',
  path: '/health',
  summary: 'Whether this process and its database are well',
  tag: 'Operation',
  replies: {
    200: z.object({
      process: z.object({
        state: z.literal('up'),
        uptimeSeconds: z.number(),
        timestamp: z.iso.datetime(),
      }),
      database: z.object({ state: z.literal('up') }),
    }),
  },
  problems: Object.values(healthProblems),
});

const DATABASE_LIMIT_MS = 3_000;

/**
 * @throws Problem DATABASE_UNAVAILABLE after three seconds without an answer, or at once if it is refused; SCHEMA_OUTDATED:
 *   requests would fail on tables that are not there
 */
async function requireDatabase(app: App, known: { isCurrent: boolean }): Promise<void> {
  const controller = new AbortController();
  try {
    await Promise.race([
      look(app, known),
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

/** A schema never goes back, so that it is looked at until it is as it should be, and no longer. */
async function look(app: App, known: { isCurrent: boolean }): Promise<void> {
  if (known.isCurrent) {
    await app.database.pool.query('SELECT 1');
    return;
  }
  known.isCurrent = await isSchemaCurrent(app.database.pool);
  if (!known.isCurrent) throw new Problem(healthProblems.SCHEMA_OUTDATED);
}

export function healthRouter(app: App): Mounted[] {
  const known = { isCurrent: false };
  return [
    handle(app, healthRoute, async () => {
      await requireDatabase(app, known);
      return {
        data: {
          process: {
            state: 'up' as const,
            uptimeSeconds: Math.floor(process.uptime()),
            timestamp: new Date().toISOString(),
          },
          database: { state: 'up' as const },
        },
      };
    }),
  ];
}
