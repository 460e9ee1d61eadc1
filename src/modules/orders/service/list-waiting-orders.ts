import { and, asc, gt, inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orders, type OrderStatus } from '../../../db/schema/orders.ts';

/** Ids of orders that still wait for money, however old, in id order and page by page. */
export async function listWaitingOrders(
  reader: Reader,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await reader
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        inArray(orders.paymentState, ['awaiting', 'processing']),
        after === null ? undefined : gt(orders.id, after),
      ),
    )
    .orderBy(asc(orders.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** The status of each of these orders that exists. */
export async function listOrderStates(
  reader: Reader,
  ids: readonly string[],
): Promise<Map<string, OrderStatus>> {
  const rows = await reader
    .select({ id: orders.id, status: orders.status })
    .from(orders)
    .where(inArray(orders.id, [...ids]));
  return new Map(rows.map(({ id, status }) => [id, status]));
}
