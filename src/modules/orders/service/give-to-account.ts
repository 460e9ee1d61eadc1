import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';

/**
 * Step: gives an account every order that was placed under its verified e-mail without signing in, unpaid ones included:
 * one that is being paid at this moment is waited for, so it cannot fall between this step and its finalising. Orders that
 * have an account keep it. Locked by id, like everywhere.
 */
export async function giveGuestOrders(
  tx: Tx,
  account: { userId: string; email: string },
): Promise<void> {
  const found = await tx
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.email, account.email), isNull(orders.userId)))
    .orderBy(asc(orders.id))
    .for('no key update');
  if (found.length === 0) return;
  const ids = found.map(({ id }) => id);
  await tx.update(orders).set({ userId: account.userId }).where(inArray(orders.id, ids));
}

/** Step: gives one order, which the caller has locked, to the account of its e-mail, unless it has one. */
export async function giveOrder(
  tx: Tx,
  request: { orderId: string; userId: string },
): Promise<void> {
  await tx
    .update(orders)
    .set({ userId: request.userId })
    .where(and(eq(orders.id, request.orderId), isNull(orders.userId)));
}
