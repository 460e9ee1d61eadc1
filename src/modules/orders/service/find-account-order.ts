import { and, eq, inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { ORDER_STATUSES, orders, type OrderStatus } from '../../../db/schema/orders.ts';
import { Problem } from '../../../kernel/problems.ts';
import { ordersProblems } from '../orders.problems.ts';

/** Nothing was bought yet, or a person of the shop has to look first. Refunded orders stay visible. */
const HIDDEN: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'pending_payment',
  'expired',
  'cancelled',
  'paid_needs_attention',
]);
const VISIBLE = ORDER_STATUSES.filter((status) => !HIDDEN.has(status));

/** Orders that an account shows. */
export const isOfAccount = (userId: string) =>
  and(eq(orders.userId, userId), inArray(orders.status, VISIBLE));

/**
 * The id of an order that the account shows; a foreign, a hidden and an unknown one look the same.
 * @throws Problem ORDER_NOT_FOUND
 */
export async function requireAccountOrder(
  reader: Reader,
  request: { userId: string; publicId: string },
): Promise<string> {
  const [found] = await reader
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.publicId, request.publicId), isOfAccount(request.userId)));
  if (!found) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  return found.id;
}
