import { and, eq, isNotNull, lte } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs } from '../../../kernel/clock.ts';
import { KEY_REMEMBERED_MS } from './provider-key.ts';

/**
 * Use case of the sweep: a mail that was given up keeps its secret only as long as it may go out again unchanged. Later
 * it gets a new one, so the old one is of no use to anybody but a thief.
 */
export async function forgetDeadSecrets(app: App): Promise<void> {
  await inTx(app, 'forget dead secrets', (tx, now) =>
    tx
      .update(outboxMails)
      // Said again, because a version before this one did not say it: its place in the text needs one.
      .set({ sealedSecret: null, needsSecret: true })
      .where(
        and(
          eq(outboxMails.state, 'dead'),
          isNotNull(outboxMails.sealedSecret),
          lte(outboxMails.tryingSince, addMs(now, -KEY_REMEMBERED_MS)),
        ),
      ),
  );
}
