import { desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { kujiSets } from '../../../db/schema/kuji.ts';

/** Numbers that were sold, and tickets that were opened; never which. Without the Last One. */
const COUNTED = {
  ...getTableColumns(kujiSets),
  sold: sql<number>`(SELECT count(*)::int FROM popbox.kuji_numbers n
    WHERE n.set_id = kuji_sets.id AND n.state <> 'free')`,
  revealed: sql<number>`(SELECT count(*)::int FROM popbox.kuji_tickets t
    WHERE t.set_id = kuji_sets.id AND t.kind = 'number' AND t.revealed_at IS NOT NULL)`,
};

/** A product's sets, the newest first. */
export function loadSetsOfProduct(reader: Reader, productId: string) {
  return reader
    .select(COUNTED)
    .from(kujiSets)
    .where(eq(kujiSets.productId, productId))
    .orderBy(desc(kujiSets.setNumber));
}

export async function loadAdminSet(reader: Reader, setId: string) {
  const [set] = await reader.select(COUNTED).from(kujiSets).where(eq(kujiSets.id, setId));
  return set ?? null;
}

export type CountedSet = Awaited<ReturnType<typeof loadSetsOfProduct>>[number];
