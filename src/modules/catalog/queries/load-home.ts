import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { orderListing } from './order-listing.ts';
import { IS_AVAILABLE } from './select-available.ts';
import { selectCards, type CardRow } from './select-card.ts';

/** A card with its place in each of the lists that it stands in. */
export type HomeRow = CardRow & {
  featured: number | null;
  trending: number | null;
  newest: number | null;
};

/** All cards of the home page, each once, in one statement. */
export const loadHome = (database: Database): Promise<HomeRow[]> => homeCards(database.db, {});

const homeCards = compileQuery<HomeRow>(
  selectCards(
    sql`
    SELECT product.*, wanted.featured, wanted.trending, wanted.newest
    FROM (
      SELECT id, (max(place) FILTER (WHERE list = 'featured'))::int AS featured,
        (max(place) FILTER (WHERE list = 'trending'))::int AS trending,
        (max(place) FILTER (WHERE list = 'newest'))::int AS newest
      FROM (
        SELECT 'featured' AS list, id, row_number() OVER (ORDER BY position, created_at DESC, id DESC) AS place
        FROM (
          SELECT product.id, membership.position, product.created_at
          FROM popbox.collections collection
          JOIN popbox.product_collections membership ON membership.collection_id = collection.id
          JOIN popbox.products product ON product.id = membership.product_id AND product.status = 'active'
          WHERE collection.slug = 'featured' AND collection.is_active
          ORDER BY membership.position, product.created_at DESC, product.id DESC LIMIT 24
        ) featured
        UNION ALL
        SELECT 'trending', id, row_number() OVER (ORDER BY trending_score DESC, created_at DESC, id DESC)
        FROM (
          SELECT product.id, product.trending_score, product.created_at FROM popbox.products product
          WHERE product.status = 'active' AND ${IS_AVAILABLE}
          ORDER BY ${orderListing('trending')} LIMIT 8
        ) trending
        UNION ALL
        SELECT 'newest', id, row_number() OVER (ORDER BY created_at DESC, id DESC)
        FROM (
          SELECT product.id, product.created_at FROM popbox.products product
          WHERE product.status = 'active'
          ORDER BY ${orderListing('newest')} LIMIT 16
        ) newest
      ) listed
      GROUP BY id
    ) wanted
    JOIN popbox.products product ON product.id = wanted.id`,
    {
      more: sql`, product.featured, product.trending, product.newest`,
      orderBy: sql`product.id`,
    },
  ),
);
