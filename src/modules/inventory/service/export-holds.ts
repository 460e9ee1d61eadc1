import { asc, inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { holds } from '../../../db/schema/inventory.ts';

/** What was set aside for these orders, and until when. */
export async function exportHolds(reader: Reader, orderIds: readonly string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: holds.orderId,
      quantity: holds.quantity,
      state: holds.state,
      expiresAt: holds.expiresAt,
      endedAt: holds.endedAt,
    })
    .from(holds)
    .where(inArray(holds.orderId, [...orderIds]))
    .orderBy(asc(holds.id));
}
