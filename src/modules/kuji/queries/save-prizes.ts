import { and, asc, eq, max } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { kujiPrizes, kujiSets, kujiTickets } from '../../../db/schema/kuji.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import { Problem, validationFailed } from '../../../kernel/problems.ts';
import { kujiProblems } from '../kuji.problems.ts';

export type PrizeRow = typeof kujiPrizes.$inferSelect;
type PrizeValues = typeof kujiPrizes.$inferInsert;

/** Prizes of a set in the order of display. */
export function loadPrizes(reader: Reader, setId: string): Promise<PrizeRow[]> {
  return reader
    .select()
    .from(kujiPrizes)
    .where(eq(kujiPrizes.setId, setId))
    .orderBy(asc(kujiPrizes.sortOrder), asc(kujiPrizes.id));
}

/** A prize of one of the product's sets; null if it has no such prize. */
export async function loadPrize(
  reader: Reader,
  productId: string,
  prizeId: string,
): Promise<PrizeRow | null> {
  const [found] = await reader
    .select({ prize: kujiPrizes })
    .from(kujiPrizes)
    .innerJoin(kujiSets, eq(kujiSets.id, kujiPrizes.setId))
    .where(and(eq(kujiPrizes.id, prizeId), eq(kujiSets.productId, productId)));
  return found?.prize ?? null;
}

export async function loadLastSortOrder(reader: Reader, setId: string): Promise<number | null> {
  const [last] = await reader
    .select({ sortOrder: max(kujiPrizes.sortOrder) })
    .from(kujiPrizes)
    .where(eq(kujiPrizes.setId, setId));
  return last?.sortOrder ?? null;
}

/** @throws Problem PRIZE_CODE_TAKEN, VALIDATION_FAILED (a second Last One) */
export async function insertPrize(tx: Tx, prize: PrizeValues): Promise<PrizeRow> {
  const [inserted] = await translateTaken(() => tx.insert(kujiPrizes).values(prize).returning());
  if (!inserted) throw new Error('An inserted prize was not returned.');
  return inserted;
}

/** @throws Problem PRIZE_CODE_TAKEN, VALIDATION_FAILED (a second Last One) */
export async function updatePrize(
  tx: Tx,
  prizeId: string,
  values: Partial<PrizeValues>,
): Promise<PrizeRow> {
  const [updated] = await translateTaken(() =>
    tx.update(kujiPrizes).set(values).where(eq(kujiPrizes.id, prizeId)).returning(),
  );
  if (!updated) throw new Error(`Prize ${prizeId} vanished although its set is locked.`);
  return updated;
}

/** The indexes decide, because a check before the statement would only be a guess. */
async function translateTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (violatesUnique(error, 'kuji_prizes_code')) {
      throw new Problem(kujiProblems.PRIZE_CODE_TAKEN, { cause: error });
    }
    if (violatesUnique(error, 'kuji_prizes_one_last_one')) {
      throw validationFailed({ prizeTier: ['This product already has a Last One.'] });
    }
    throw error;
  }
}

export async function deletePrize(tx: Tx, prizeId: string): Promise<void> {
  await tx.delete(kujiPrizes).where(eq(kujiPrizes.id, prizeId));
}

/** True if any prize shows this picture; the next box of a product starts with the pictures of the last. */
export async function isImageInUse(reader: Reader, imageUrl: string): Promise<boolean> {
  const [prize] = await reader
    .select({ id: kujiPrizes.id })
    .from(kujiPrizes)
    .where(eq(kujiPrizes.imageUrl, imageUrl))
    .limit(1);
  return prize !== undefined;
}

export async function hasTickets(reader: Reader, prizeId: string): Promise<boolean> {
  const [ticket] = await reader
    .select({ id: kujiTickets.id })
    .from(kujiTickets)
    .where(eq(kujiTickets.prizeId, prizeId))
    .limit(1);
  return ticket !== undefined;
}
