import getPort from 'get-port';
import supertest from 'supertest';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { readConfig } from '../../src/config/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { buildApp } from '../../src/main/build-app.ts';
import { createLogger } from '../../src/main/create-logger.ts';
import { checkInvariants } from '../invariants.ts';
import { environmentFor, until, type World } from '../world.ts';
import { createChildApi, type ChildApi } from './child-api.ts';

/** A world whose API is a process of its own. `app` is an observer: same database and providers, no server, no jobs. */
export type ChildWorld = World & {
  api: ChildApi;
  /** Moves the clock of the API, of the observer and of the providers on. */
  moveClock: (byMs: number) => Promise<void>;
  /** Runs these jobs in the API, as their schedules do. */
  runJobs: (...names: string[]) => Promise<void>;
  /** SIGKILL; resolves when the process and its database connections are gone. */
  kill: () => Promise<void>;
  /** Waits until the connections of a killed process are gone. Those that wait for a lock stay until they get it. */
  untilForgotten: () => Promise<void>;
  /** Lets so much time pass for the queue that a job whose worker is gone is given to the next one, and no retry waits. */
  letQueueTimePass: () => Promise<void>;
  /** Ends all of it without a look at what is left. */
  abandon: () => Promise<void>;
};

type ChildWorldOptions = {
  database: { url: string; drop: () => Promise<void> };
  /** `api`: no job runs unless the test says so. */
  role?: 'api' | 'all';
  poolMax?: number;
  providerTimeoutMs?: number;
};

/** Builds such a world and starts its process. Closing it checks the invariants. */
export async function childWorld(options: ChildWorldOptions): Promise<ChildWorld> {
  const { database, role = 'api', poolMax = 10, providerTimeoutMs } = options;
  const clock: Clock = { offsetMs: 0 };
  const logLines: string[] = [];
  const port = await getPort();
  const url = `http://127.0.0.1:${String(port)}`;
  const sandbox = await startSandbox({
    port: 0,
    siteUrl: 'http://shop.test',
    stripeWebhookUrl: `${url}/api/v1/webhooks/stripe`,
    now: () => Date.now() + clock.offsetMs,
  });
  const environment = {
    ...environmentFor(sandbox, database.url),
    DATABASE_POOL_MAX: String(poolMax),
  };
  const app = buildApp({
    config: readConfig({ ...environment, DATABASE_URL: nameConnections(database.url) }),
    log: createLogger({ level: 'silent', environment: 'test' }),
    clock,
  });
  const api = createChildApi({
    environment: { ...environment, PORT: String(port), PROCESS_ROLE: role },
    offsetMs: () => clock.offsetMs,
    ...(providerTimeoutMs === undefined ? {} : { providerTimeoutMs }),
    onLogLine: (line) => void logLines.push(line),
  });
  await app.queue.start();
  await api.start();

  const { pool } = app.database;
  const untilForgotten = () =>
    until('the connections of the killed process are gone', async () => {
      const { rowCount } = await pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
         AND application_name IN ('popbox-api', 'popbox-queue')`,
      );
      return rowCount === 0;
    });
  const drain = async () => {
    await sandbox.webhooksIdle();
    await api.tell({ type: 'drain' });
  };
  const abandon = async () => {
    await api.close();
    await app.queue.stop();
    await app.database.close();
    await sandbox.close();
    await database.drop();
  };
  return {
    app,
    http: supertest(url),
    url,
    sandbox,
    clock,
    logLines,
    drain,
    until,
    api,
    moveClock: async (byMs) => {
      clock.offsetMs += byMs;
      if (api.isRunning()) await api.tell({ type: 'clock', offsetMs: clock.offsetMs });
    },
    runJobs: async (...names) => {
      for (const name of names) await api.tell({ type: 'job', name });
    },
    kill: async () => {
      await api.kill();
    },
    untilForgotten,
    letQueueTimePass: async () => {
      await pool.query(`UPDATE pgboss.job SET started_on = started_on - interval '1 hour',
        heartbeat_on = heartbeat_on - interval '1 hour' WHERE state = 'active'`);
      await pool.query('UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL');
      await api.tell({ type: 'tidy' });
      await pool.query(`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`);
    },
    abandon,
    close: async () => {
      try {
        await drain();
        await checkInvariants({ app, sandbox, url, logLines });
      } finally {
        await abandon();
      }
    },
  };
}

/** So that the observer's connections can be told from those of the API; the URL wins over what the pool says. */
function nameConnections(databaseUrl: string): string {
  const named = new URL(databaseUrl);
  named.searchParams.set('application_name', 'observer');
  return named.href;
}
