import { createServer, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { isSchemaCurrent } from '../db/schema-version.ts';
import type { Listener } from '../db/listen.ts';
import type { App } from '../kernel/app.ts';
import { followCatalogue } from './follow-catalogue.ts';
import { buildApp, type BuildOptions } from './build-app.ts';
import { answerBrokenRequests } from '../http/answer-broken-requests.ts';
import { buildHttp } from './http.ts';
import { startSchedules, type Schedules } from './jobs.ts';

export type RunningProcess = {
  app: App;
  /** Resolves once queue, workers and schedules run. */
  ready: Promise<void>;
  /** Stops in named phases, at most ten seconds in all. */
  stop: () => Promise<void>;
};

const STOP_LIMIT_MS = 10_000;

/**
 * Starts HTTP and jobs as `PROCESS_ROLE` says.
 * @throws Error with one clear sentence if the port is taken
 */
export async function startProcess(
  config: Config,
  log: Logger,
  options: Omit<BuildOptions, 'config' | 'log'> = {},
): Promise<RunningProcess> {
  const app = buildApp({ config, log, ...options });
  const server = config.role === 'worker' ? null : await listen(app);
  const follower = server === null ? null : followCatalogue(app);
  // It listens even while the database is down: health tells, and it recovers by itself.
  const background = startBackground(app);
  return {
    app,
    ready: background.ready,
    stop: () =>
      Promise.race([
        stopInPhases(app, server, background, follower),
        wait(STOP_LIMIT_MS, undefined, { ref: false }).then(() => {
          throw new Error('Stopping took longer than ten seconds.');
        }),
      ]),
  };
}

function listen(app: App): Promise<Server> {
  const server = createServer({ maxHeaderSize: 64 * 1024 }, buildHttp(app));
  server.requestTimeout = 30_000;
  server.headersTimeout = 35_000;
  // Longer than that of the proxies in front: otherwise they send into a connection that we just closed.
  server.keepAliveTimeout = 75_000;
  answerBrokenRequests(server, app);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${String(app.config.port)} is taken. Set PORT to a free one.`)
          : error,
      );
    });
    server.listen(app.config.port, () => {
      app.log.info({ port: app.config.port }, 'listening');
      resolve(server);
    });
  });
}

type Background = { ready: Promise<void>; stop: () => Promise<void> };

const RETRY_MS = 2_000;

/** Starts queue, workers and schedules as soon as the database answers and has our tables, however late that is. */
function startBackground(app: App): Background {
  const stopping = new AbortController();
  let schedules: Schedules | null = null;
  let started = false;
  const start = async () => {
    while (!stopping.signal.aborted) {
      try {
        if (!(await isSchemaCurrent(app.database.pool))) {
          throw new Error('The database lacks migrations of this version.');
        }
        await app.queue.start();
        started = true;
        if (app.config.role !== 'api') {
          await app.queue.startWorkers();
          schedules = startSchedules(app);
          app.log.info('workers and schedules run');
        }
        return;
      } catch (error) {
        app.log.warn({ err: error }, 'the jobs did not start; trying again');
        await wait(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const starting = start();
  return {
    ready: starting,
    stop: async () => {
      stopping.abort();
      await starting;
      await schedules?.stop();
      if (started) await app.queue.stop();
    },
  };
}

async function stopInPhases(
  app: App,
  server: Server | null,
  background: Background,
  follower: Listener | null,
): Promise<void> {
  if (server) {
    app.log.info({ phase: 'http' }, 'no new requests; finishing the running ones');
    await closeServer(server);
  }
  app.log.info({ phase: 'jobs' }, 'finishing the running jobs');
  await background.stop();
  app.log.info({ phase: 'database' }, 'closing the pool');
  await app.reports.flush();
  await app.limiter.close();
  await follower?.stop();
  await app.database.close();
}

/** Waits for the running requests. Connections that are kept alive are closed as soon as they have nothing to do. */
async function closeServer(server: Server): Promise<void> {
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 20);
  try {
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  } finally {
    clearInterval(sweep);
  }
}
