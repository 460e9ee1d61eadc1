import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { runPrepared } from '../../../db/prepared-query.ts';
import { CARD_COLUMNS, CARD_JOINS, type CardRow } from './select-card.ts';

/** Cards of these products in the order of the ids; what is not active any more is left out. */
export async function loadCards(database: Database, ids: readonly string[]): Promise<CardRow[]> {
  if (ids.length === 0) return [];
  return runPrepared<CardRow>(
    database,
    sql`
    SELECT ${CARD_COLUMNS}
    FROM unnest(${sql.param([...ids])}::uuid[]) WITH ORDINALITY AS wanted (id, place)
    JOIN popbox.products product ON product.id = wanted.id AND product.status = 'active'
    ${CARD_JOINS}
    ORDER BY wanted.place`,
  );
}
