import { and, asc, eq, lt, not, sql } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, MINUTE_MS } from '../../../kernel/clock.ts';
import { hasLiveJob } from '../../../queue/has-live-job.ts';
import { mailQueue } from '../outbox.queue.ts';

const BATCH = 100;

/** Longer than a job needs to appear; a job that a worker has just finished is gone before its row says so. */
const STRANDED_AFTER_MS = 2 * MINUTE_MS;

/**
 * Use case of the sweep: mails that wait without a job get one. Losing the whole queue loses no mail. Answers how many
 * were found, at most 100; the job repeats while the batch was full.
 */
export function requeueStrandedMails(app: App): Promise<number> {
  return inTx(app, 'requeue stranded mails', async (tx, now) => {
    const stranded = await tx
      .select({ id: outboxMails.id })
      .from(outboxMails)
      .where(
        and(
          eq(outboxMails.state, 'queued'),
          lt(outboxMails.createdAt, addMs(now, -STRANDED_AFTER_MS)),
          not(hasLiveJob(mailQueue, 'mailId', sql`${outboxMails.id}::text`)),
        ),
      )
      .orderBy(asc(outboxMails.createdAt))
      .limit(BATCH)
      .for('update', { skipLocked: true });
    for (const { id } of stranded) await app.queue.enqueue(tx, mailQueue, { mailId: id });
    return stranded.length;
  });
}
