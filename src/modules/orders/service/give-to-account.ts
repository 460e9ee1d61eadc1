import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';

/**
 * Step: gives an account every order that was paid under its verified e-mail without signing in. Orders that have an
 * account keep it.
 *
 * Unpaid ones stay with the browser that opened them: anybody may type an e-mail, and an account supersedes and cancels
 * the checkouts it has. They are locked all the same, so that one which is being paid at this moment is waited for and
 * cannot fall between this step and its finalising. Locked by id, like everywhere.
 */
export async function giveGuestOrders(
  tx: Tx,
  account: { userId: string; email: string },
): Promise<void> {
  const found = await tx
    .select({ id: orders.id, paidAt: orders.paidAt })
    .from(orders)
    .where(and(eq(orders.email, account.email), isNull(orders.userId)))
    .orderBy(asc(orders.id))
    .for('no key update');
  const ids = found.filter(({ paidAt }) => paidAt !== null).map(({ id }) => id);
  if (ids.length === 0) return;
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
