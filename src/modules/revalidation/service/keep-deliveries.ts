import { and, desc, eq, lt, ne } from 'drizzle-orm';
import { z } from 'zod';
import { inTx } from '../../../db/client.ts';
import { webhookDeliveries, webhookEndpoints } from '../../../db/schema/revalidation.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { WebhookDelivery } from '../revalidation.contract.ts';
import { revalidationProblems } from '../revalidation.problems.ts';
import { webhookDeliveryQueue } from '../revalidation.queue.ts';

type Row = typeof webhookDeliveries.$inferSelect;

const cursorShape = z.object({ id: z.uuid() });

/** Newest first; ids are sortable by time. @throws Problem WEBHOOK_ENDPOINT_NOT_FOUND */
export async function listDeliveries(
  app: App,
  request: { endpointId: string; cursor?: string | undefined; limit: number },
): Promise<{ items: WebhookDelivery[]; nextCursor: string | null }> {
  const { db } = app.database;
  const { endpointId, limit } = request;
  const [endpoint] = await db
    .select({ id: webhookEndpoints.id })
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.id, endpointId));
  if (!endpoint) throw new Problem(revalidationProblems.WEBHOOK_ENDPOINT_NOT_FOUND);
  const cursor = decodeCursor(request.cursor, cursorShape);
  const rows = await db
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.endpointId, endpointId),
        cursor ? lt(webhookDeliveries.id, cursor.id) : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(present),
    nextCursor: rows.length > limit && last ? encodeCursor({ id: last.id }) : null,
  };
}

/**
 * Use case: sends a delivery again that is over, well or badly.
 * @throws Problem WEBHOOK_DELIVERY_NOT_FOUND, WEBHOOK_DELIVERY_WAITING
 */
export async function replayDelivery(
  app: App,
  request: { id: string; actor: string; requestId: string | null },
): Promise<WebhookDelivery> {
  const { id, actor, requestId } = request;
  return inTx(app, 'revalidation.replay', async (tx) => {
    const [requeued] = await tx
      .update(webhookDeliveries)
      .set({ state: 'queued', deliveredAt: null, lastStatus: null, lastError: null })
      .where(and(eq(webhookDeliveries.id, id), ne(webhookDeliveries.state, 'queued')))
      .returning();
    if (!requeued) {
      const [waiting] = await tx
        .select()
        .from(webhookDeliveries)
        .where(eq(webhookDeliveries.id, id));
      throw new Problem(
        waiting
          ? revalidationProblems.WEBHOOK_DELIVERY_WAITING
          : revalidationProblems.WEBHOOK_DELIVERY_NOT_FOUND,
      );
    }
    await app.queue.enqueue(tx, webhookDeliveryQueue, { deliveryId: id });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      requestId,
      action: 'webhook_delivery.replayed',
      targetType: 'webhook_delivery',
      targetId: id,
      before: null,
      after: null,
    });
    return present(requeued);
  });
}

function present(row: Row): WebhookDelivery {
  return {
    ...row,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
