import { and, asc, eq, lt } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { surplusPayments, type RefundState } from '../../../db/schema/refunds.ts';

export type Surplus = typeof surplusPayments.$inferSelect;

/** Null if this payment was written down before: its events come more than once. */
export async function insertSurplus(
  tx: Tx,
  surplus: typeof surplusPayments.$inferInsert,
): Promise<Surplus | null> {
  const [row] = await tx.insert(surplusPayments).values(surplus).onConflictDoNothing().returning();
  return row ?? null;
}

export async function loadSurplus(reader: Reader, id: string): Promise<Surplus | null> {
  const [row] = await reader.select().from(surplusPayments).where(eq(surplusPayments.id, id));
  return row ?? null;
}

export async function findSurplusByIntent(
  reader: Reader,
  intentId: string,
): Promise<Surplus | null> {
  const [row] = await reader
    .select()
    .from(surplusPayments)
    .where(eq(surplusPayments.intentId, intentId));
  return row ?? null;
}

export async function saveSurplusState(
  tx: Tx,
  id: string,
  change: { state: RefundState; providerRef?: string },
): Promise<void> {
  await tx.update(surplusPayments).set(change).where(eq(surplusPayments.id, id));
}

/** Those that Stripe has not answered about, oldest first. */
export function findUnreturned(reader: Reader, before: Date, limit: number): Promise<Surplus[]> {
  return reader
    .select()
    .from(surplusPayments)
    .where(and(eq(surplusPayments.state, 'requested'), lt(surplusPayments.createdAt, before)))
    .orderBy(asc(surplusPayments.createdAt))
    .limit(limit);
}
