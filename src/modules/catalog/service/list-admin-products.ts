import type { App } from '../../../kernel/app.ts';
import type { AdminProductItem, ListAdminProductsQuery } from '../catalog.admin-contract.ts';
import { countAdminProducts, loadAdminProductPage } from '../queries/load-admin-product-page.ts';
import { presentAdminItem } from './present-admin-product.ts';
import { readAdminCursor, writeAdminCursor } from './read-admin-cursor.ts';

export type AdminProductPage = {
  items: AdminProductItem[];
  nextCursor: string | null;
  /** Over all pages. */
  totalCount: number;
};

/** One page of the products that fit the filters, and how many fit altogether. */
export async function listAdminProducts(
  app: App,
  query: ListAdminProductsQuery,
): Promise<AdminProductPage> {
  const { sort, cursor, limit, search, ...others } = query;
  const filters = { ...others, words: search };
  const { db } = app.database;
  const [rows, totalCount] = await Promise.all([
    loadAdminProductPage(db, {
      sort,
      after: readAdminCursor(sort, cursor),
      filters,
      // One more than shown tells whether there is a next page.
      count: limit + 1,
    }),
    countAdminProducts(db, filters),
  ]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => presentAdminItem(row, app.storage)),
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : writeAdminCursor(sort, { value: last.sortValue, id: last.id }),
    totalCount,
  };
}
