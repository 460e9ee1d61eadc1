import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';

export type SuggestionRow = {
  id: string;
  name: string;
  slug: string;
  priceCents: number;
  /** Of the primary image. */
  storageKey: string | null;
};

const suggestionsOf = compileQuery<SuggestionRow, { ids: readonly string[] }>(sql`
  SELECT product.id, product.name, product.slug, product.price_cents AS "priceCents",
    picture.storage_key AS "storageKey"
  -- Behind a SELECT their number is no part of the plan, which is made once.
  FROM unnest((SELECT ${sql.placeholder('ids')}::uuid[])) WITH ORDINALITY AS wanted (id, place)
  JOIN popbox.products product ON product.id = wanted.id AND product.status = 'active'
  LEFT JOIN LATERAL (
    SELECT image.storage_key FROM popbox.product_images image WHERE image.product_id = product.id
    ORDER BY image.sort_order, image.created_at, image.id LIMIT 1
  ) picture ON true
  ORDER BY wanted.place`);

/** What a suggestion shows, in the order of the ids; what is not active any more is left out. */
export async function loadSuggestions(
  database: Database,
  ids: readonly string[],
): Promise<SuggestionRow[]> {
  return ids.length === 0 ? [] : suggestionsOf(database.db, { ids });
}
