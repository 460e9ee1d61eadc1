import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { selectCards, type CardRow } from './select-card.ts';

const cardsOf = compileQuery<CardRow, { ids: readonly string[] }>(
  selectCards(
    sql`
    SELECT wanted.id, wanted.place
    FROM unnest((SELECT ${sql.placeholder('ids')}::uuid[])) WITH ORDINALITY AS wanted (id, place)`,
    { orderBy: sql`product.place` },
  ),
);

/** Cards of these products in the order of the ids; what is not active any more is left out. */
export async function loadCards(database: Database, ids: readonly string[]): Promise<CardRow[]> {
  return ids.length === 0 ? [] : cardsOf(database.db, { ids });
}
