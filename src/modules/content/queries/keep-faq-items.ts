import { asc, eq } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { faqItems } from '../../../db/schema/content.ts';
import type { FaqChanges } from '../content.admin-contract.ts';

export type FaqRow = typeof faqItems.$inferSelect;

/** By sort order, then age. */
export function loadFaqItems(
  reader: Reader,
  options: { onlyPublished: boolean },
): Promise<FaqRow[]> {
  return reader
    .select()
    .from(faqItems)
    .where(options.onlyPublished ? eq(faqItems.isPublished, true) : undefined)
    .orderBy(asc(faqItems.sortOrder), asc(faqItems.createdAt), asc(faqItems.id));
}

/** The row until the end of the transaction, so that the audit knows what exactly was changed. */
export async function lockFaqItem(tx: Tx, id: string): Promise<FaqRow | null> {
  const [row] = await tx.select().from(faqItems).where(eq(faqItems.id, id)).for('update');
  return row ?? null;
}

export async function insertFaqItem(
  tx: Tx,
  values: typeof faqItems.$inferInsert,
): Promise<FaqRow | null> {
  const [row] = await tx.insert(faqItems).values(values).returning();
  return row ?? null;
}

export async function saveFaqItem(tx: Tx, id: string, changes: FaqChanges): Promise<FaqRow | null> {
  const [row] = await tx.update(faqItems).set(changes).where(eq(faqItems.id, id)).returning();
  return row ?? null;
}

export async function removeFaqItem(tx: Tx, id: string): Promise<void> {
  await tx.delete(faqItems).where(eq(faqItems.id, id));
}
