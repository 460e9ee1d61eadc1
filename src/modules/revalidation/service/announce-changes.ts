import { eq, sql } from 'drizzle-orm';
import { inTx, type Tx } from '../../../db/client.ts';
import { webhookDeliveries, webhookEndpoints } from '../../../db/schema/revalidation.ts';
import type { App } from '../../../kernel/app.ts';
import { webhookDeliveryQueue } from '../revalidation.queue.ts';

/** More targets than that are not listed: the storefront then makes everything anew. */
const MAX_TARGETS = 200;

type Target = { type: string; id: string };

/**
 * Job: tells every endpoint what changed since the last run, as one event, however many edits there were. Taking the notes
 * and queueing the calls is one transaction: a crash tells later, never twice and never not.
 */
export async function announceChanges(app: App): Promise<number> {
  return inTx(app, 'revalidation.announce', async (tx, now) => {
    const targets = await takeChanges(tx);
    if (targets.length === 0) return 0;
    const endpoints = await tx
      .select({ id: webhookEndpoints.id })
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.isActive, true));
    const eventId = app.newId();
    const payload = {
      type: 'catalogue.changed',
      timestamp: now.toISOString(),
      data:
        targets.length > MAX_TARGETS
          ? { everything: true, targets: [] }
          : { everything: false, targets },
    };
    for (const { id: endpointId } of endpoints) {
      const deliveryId = app.newId();
      await tx.insert(webhookDeliveries).values({
        id: deliveryId,
        endpointId,
        eventId,
        type: payload.type,
        payload,
        createdAt: now,
      });
      await app.queue.enqueue(tx, webhookDeliveryQueue, { deliveryId });
    }
    return endpoints.length;
  });
}

/** All notes, each target once. Two runs at once take different ones. */
async function takeChanges(tx: Tx): Promise<Target[]> {
  const { rows } = await tx.execute<{ target_type: string; target_id: string }>(sql`
    WITH taken AS (
      DELETE FROM popbox.catalogue_changes WHERE id IN (
        SELECT id FROM popbox.catalogue_changes ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED
      ) RETURNING target_type, target_id
    )
    SELECT DISTINCT target_type, target_id FROM taken ORDER BY target_type, target_id`);
  return rows.map((row) => ({ type: row.target_type, id: row.target_id }));
}
