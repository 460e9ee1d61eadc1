import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { disputes } from '../../../db/schema/refunds.ts';

export type DisputeRow = typeof disputes.$inferSelect;

export async function findDispute(reader: Reader, providerRef: string): Promise<DisputeRow | null> {
  const [row] = await reader.select().from(disputes).where(eq(disputes.providerRef, providerRef));
  return row ?? null;
}

/** Writes what Stripe says of a dispute now. The caller has locked its order. */
export async function saveDispute(tx: Tx, dispute: typeof disputes.$inferInsert): Promise<void> {
  const { status, amountCents, closedAt } = dispute;
  await tx
    .insert(disputes)
    .values(dispute)
    .onConflictDoUpdate({
      target: disputes.providerRef,
      set: { status, amountCents, closedAt: closedAt ?? null },
    });
}

/** Disputes of the order that the bank decided against the shop, oldest first. */
export function listLostDisputes(reader: Reader, orderId: string): Promise<DisputeRow[]> {
  return reader
    .select()
    .from(disputes)
    .where(and(eq(disputes.orderId, orderId), eq(disputes.status, 'lost')))
    .orderBy(asc(disputes.createdAt), asc(disputes.id));
}

/** Whether the bank still has to decide about some dispute of the order. */
export async function hasOpenDispute(reader: Reader, orderId: string): Promise<boolean> {
  const [open] = await reader
    .select({ id: disputes.id })
    .from(disputes)
    .where(and(eq(disputes.orderId, orderId), isNull(disputes.closedAt)))
    .limit(1);
  return open !== undefined;
}
