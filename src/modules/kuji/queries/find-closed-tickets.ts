import { and, asc, eq, gt, isNull, lte, type SQL } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { kujiTickets } from '../../../db/schema/kuji.ts';

/** Neither opened nor taken back. */
const isClosed = (): SQL | undefined =>
  and(isNull(kujiTickets.revealedAt), isNull(kujiTickets.voidedAt));

/** Orders with closed tickets that were drawn in this time, by id: one page after `afterId`. */
export async function findOrdersWithClosedTickets(
  reader: Reader,
  request: { drawnAfter: Date; drawnUntil: Date; afterId: string | null; limit: number },
): Promise<string[]> {
  const { drawnAfter, drawnUntil, afterId, limit } = request;
  const rows = await reader
    .selectDistinct({ orderId: kujiTickets.orderId })
    .from(kujiTickets)
    .where(
      and(
        isClosed(),
        gt(kujiTickets.createdAt, drawnAfter),
        lte(kujiTickets.createdAt, drawnUntil),
        afterId === null ? undefined : gt(kujiTickets.orderId, afterId),
      ),
    )
    .orderBy(asc(kujiTickets.orderId))
    .limit(limit);
  return rows.map(({ orderId }) => orderId);
}

/** Whether an order has tickets that its owner could open. */
export async function hasClosedTickets(reader: Reader, orderId: string): Promise<boolean> {
  const [ticket] = await reader
    .select({ id: kujiTickets.id })
    .from(kujiTickets)
    .where(and(eq(kujiTickets.orderId, orderId), isClosed()))
    .limit(1);
  return ticket !== undefined;
}
