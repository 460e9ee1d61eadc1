import { and, asc, eq, or } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';

/** The account, the browser, or both. Null is nobody's. */
type Owner = { userId: string | null; browserHash: string | null };

function isOf({ userId, browserHash }: Owner) {
  return or(
    userId === null ? undefined : eq(orders.userId, userId),
    browserHash === null ? undefined : eq(orders.browserHash, browserHash),
  );
}

/** Orders that still wait for the shopper to pay, by id. One that a bank is working on does not. */
export async function findUnpaidOrders(reader: Reader, owner: Owner): Promise<string[]> {
  const mine = isOf(owner);
  if (mine === undefined) return [];
  const rows = await reader
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.paymentState, 'awaiting'), mine))
    .orderBy(asc(orders.id));
  return rows.map(({ id }) => id);
}

/** The order of that public id, if it is this shopper's; null else, as if there were none. */
export async function findOrderOfShopper(
  reader: Reader,
  request: Owner & { publicId: string },
): Promise<string | null> {
  const mine = isOf(request);
  if (mine === undefined) return null;
  const [order] = await reader
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.publicId, request.publicId), mine));
  return order?.id ?? null;
}
