import { and, asc, eq } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';

const KIND = 'cancel_requested';

/** Step: somebody wants this unpaid order cancelled; Stripe has to close its payment page first. */
export async function noteCancelRequest(
  tx: Tx,
  request: { orderId: string; now: Date; actor: string },
): Promise<void> {
  const { orderId, now, actor } = request;
  await tx.insert(orderEvents).values({ orderId, kind: KIND, actor, createdAt: now });
}

/** Who first wanted this order cancelled; null if nobody did. */
export async function findCancelRequest(reader: Reader, orderId: string): Promise<string | null> {
  const [event] = await reader
    .select({ actor: orderEvents.actor })
    .from(orderEvents)
    .where(and(eq(orderEvents.orderId, orderId), eq(orderEvents.kind, KIND)))
    .orderBy(asc(orderEvents.id))
    .limit(1);
  return event?.actor ?? null;
}
