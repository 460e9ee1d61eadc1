import type { Writable } from 'node:stream';
import type pg from 'pg';
import { pgError } from './pg-error.ts';

/** The part of the driver's client that its types leave out. */
type Wired = { connection?: { stream?: Writable } };

/** in_failed_sql_transaction */
const ABORTED = '25P02';

export type TransactionSender = {
  /** What Drizzle takes for a client. */
  client: pg.PoolClient;
  /** From now on every statement is refused. */
  end: () => void;
};

/**
 * Sends the statements of one transaction. Those that are called without waiting for each other leave in one packet: the
 * socket is held back until the code that runs now has called all it has to call. Each packet costs a system call on either
 * side, and wakes Postgres; together that was more than half of the CPU of a checkout.
 *
 * When one of several branches fails, the others may still be under way. What they send after the transaction's end would
 * run without it, or in the transaction of whoever has the connection next, so it is refused.
 *
 * Statements behind a failed one fail, too. Whichever of the branches is heard first tells what really failed: a deadlock
 * that is taken for an aborted transaction would not be tried again.
 */
export function sendTogether(
  sender: Pick<pg.ClientBase, 'query'>,
  client: pg.PoolClient,
): TransactionSender {
  const stream = (client as unknown as Wired).connection?.stream;
  let isOver = false;
  let firstError: unknown;
  const query = (config: pg.QueryConfig, values?: unknown[]) => {
    if (isOver)
      return Promise.reject(new Error('A statement came after the end of its transaction.'));
    if (stream !== undefined && stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => {
        stream.uncork();
      });
    }
    return sender.query(config, values).catch((error: unknown) => {
      firstError ??= error;
      throw pgError(error)?.code === ABORTED ? firstError : error;
    });
  };
  return {
    // Drizzle calls nothing else of a client.
    client: { query } as unknown as pg.PoolClient,
    end: () => {
      isOver = true;
    },
  };
}
