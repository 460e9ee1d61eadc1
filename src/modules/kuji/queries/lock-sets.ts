import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { prepareStatement } from '../../../db/prepare-statement.ts';
import { kujiHolds, kujiSets } from '../../../db/schema/kuji.ts';
import { oneOfIds } from '../../../db/one-of.ts';

export type KujiSet = typeof kujiSets.$inferSelect;

/** Locks sets in id order, the order for several rows of one kind. */
export function lockSets(tx: Tx, setIds: readonly string[]): Promise<KujiSet[]> {
  return tx
    .select()
    .from(kujiSets)
    .where(inArray(kujiSets.id, [...new Set(setIds)]))
    .orderBy(asc(kujiSets.id))
    .for('no key update');
}

/** Locks one set of a product: the named one, or the newest. */
export async function lockProductSet(
  tx: Tx,
  productId: string,
  setId: string | null,
): Promise<KujiSet | null> {
  const [set] = await tx
    .select()
    .from(kujiSets)
    .where(
      and(eq(kujiSets.productId, productId), setId === null ? undefined : eq(kujiSets.id, setId)),
    )
    .orderBy(desc(kujiSets.setNumber))
    .limit(1)
    .for('no key update');
  return set ?? null;
}

export type HeldLine = { orderLineId: string; holdSeq: number; set: KujiSet };

/**
 * The sets whose tickets these order lines hold, locked in id order, one row per line. The holds are locked as well, which
 * harms nobody: Drizzle's `of` writes the table with its schema, and Postgres does not take that there.
 */
export function lockSetsOfLines(tx: Tx, orderLineIds: readonly string[]): Promise<HeldLine[]> {
  return lockedOfLines(tx, { orderLineIds });
}

const lockedOfLines = prepareStatement((db) =>
  db
    .select({ orderLineId: kujiHolds.orderLineId, holdSeq: kujiHolds.holdSeq, set: kujiSets })
    .from(kujiHolds)
    .innerJoin(kujiSets, eq(kujiSets.id, kujiHolds.setId))
    .where(sql`${kujiHolds.orderLineId} = ${oneOfIds('orderLineIds')}`)
    .orderBy(asc(kujiSets.id), asc(kujiHolds.holdSeq))
    .for('no key update'),
);
