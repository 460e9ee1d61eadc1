import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import pg from 'pg';

export type Listener = {
  /** Resolves once the first connection listens; it is tried for as long as it takes. */
  ready: Promise<void>;
  stop: () => Promise<void>;
};

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Calls `onNews` for every notification on a channel, on one connection of its own that is made anew whenever it is lost,
 * after pauses that double. Also each time it begins to listen: what was said before then was not heard. `url` must lead
 * to one session: behind a pooler in transaction mode the connection that listens belongs to somebody else a moment later.
 */
export function listen(options: {
  url: string;
  channel: string;
  log: Logger;
  onNews: () => void;
}): Listener {
  const { log } = options;
  const stopping = new AbortController();
  let markReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      try {
        await listenOnce(options, stopping.signal, () => {
          pauseMs = FIRST_PAUSE_MS;
          markReady();
          options.onNews();
        });
      } catch (error) {
        log.warn({ err: error, pauseMs }, 'the connection that listens was lost; making another');
      }
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  };
  const running = run();
  return {
    ready,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Listens until the connection is lost, which it tells by failing, or until the signal. */
async function listenOnce(
  { url, channel, onNews }: { url: string; channel: string; onNews: () => void },
  signal: AbortSignal,
  onListening: () => void,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'popbox-listener',
    connectionTimeoutMillis: 5_000,
    // A peer that vanished says nothing; without probes it would be waited for in vain.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  let finish = (): void => undefined;
  const over = new Promise<void>((resolve, reject) => {
    finish = resolve;
    client.on('error', reject);
    client.once('end', () => {
      reject(new Error('The server ended the connection.'));
    });
  });
  signal.addEventListener('abort', finish);
  // It is awaited below; until then a loss must not count as one that nobody handles.
  over.catch(() => undefined);
  client.on('notification', onNews);
  try {
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    onListening();
    await over;
  } finally {
    signal.removeEventListener('abort', finish);
    await client.end().catch(() => undefined);
  }
}
