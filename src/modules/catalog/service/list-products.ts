import type { App } from '../../../kernel/app.ts';
import {
  DEFAULT_PAGE_SIZE,
  type ListProductsQuery,
  type ProductCard,
} from '../catalog.contract.ts';
import { loadProductPage } from '../queries/load-product-page.ts';
import { FEATURED_SLUG } from './featured-slug.ts';
import { presentCard } from './present-card.ts';
import { readSortCursor, writeSortCursor, type ListingOrder } from './read-sort-cursor.ts';

export type ProductPage = { items: ProductCard[]; nextCursor: string | null };

/** One page of the active products that fit the filters; `nextCursor` is null on the last one. */
export async function listProducts(app: App, query: ListProductsQuery): Promise<ProductPage> {
  const order = decideOrder(query);
  const rows = await loadProductPage(app.database, {
    order,
    after: readSortCursor(order, query.cursor),
    filters: {
      collectionSlug: query.collection,
      tagSlugs: query.tag ?? [],
      productType: query.type,
    },
    // One more than shown tells whether there is a next page.
    count: query.limit + 1,
    isUsualCount: query.limit === DEFAULT_PAGE_SIZE,
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => presentCard(row, app.storage)),
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : writeSortCursor(order, { ...last, ...last.card }),
  };
}

function decideOrder(query: ListProductsQuery): ListingOrder {
  if (query.sort !== undefined) return query.sort;
  return query.collection === FEATURED_SLUG ? 'manual' : 'newest';
}
