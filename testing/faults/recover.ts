import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { jobs } from '../../src/main/jobs.ts';
import type { ChildWorld } from '../child/child-world.ts';

/** Past every lease, every hold, and the first pauses between tries. */
const STEP_MS = 11 * MINUTE_MS;
const MOST_ROUNDS = 20;

/**
 * Lets everything work that recovers by itself: webhooks are repeated, all scheduled jobs run, queued jobs are tried
 * again, until nothing is unfinished or it is clear that it never will be.
 */
export async function recover(w: ChildWorld): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await w.moveClock(STEP_MS);
    await w.sandbox.webhooksIdle();
    await w.letQueueTimePass();
    await w.api.tell({ type: 'drain' });
    await w.runJobs(...jobs.map(({ name }) => name));
    await w.drain();
    // At least until every payment page is past its end.
    if (round >= 3 && (await isQuiet(w))) return;
  }
}

async function isQuiet(w: ChildWorld): Promise<boolean> {
  const { rows } = await w.app.database.pool.query<{ unfinished: number }>(
    `SELECT (SELECT count(*) FROM popbox.orders WHERE status = 'pending_payment')
       + (SELECT count(*) FROM popbox.refunds WHERE state = 'requested')
       + (SELECT count(*) FROM popbox.surplus_payments WHERE state = 'requested')
       + (SELECT count(*) FROM popbox.outbox_mails WHERE state = 'queued')
       + (SELECT count(*) FROM popbox.inbound_events WHERE state IN ('received', 'failed')) AS unfinished`,
  );
  return Number(rows[0]?.unfinished) === 0;
}
