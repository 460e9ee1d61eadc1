import { sql, type SQL } from 'drizzle-orm';
import { openDatabase } from '../src/db/client.ts';

/**
 * Runs plain SQL that makes thousands of products, without the triggers that gather for each of them what the storefront
 * shows: row by row that takes longer than all that a test then looks at. What triggers would have written is written at the
 * end, for all at once. Foreign keys are not looked up, so the ids must be right.
 */
export async function fillCatalogue(url: string, statements: readonly SQL[]): Promise<void> {
  const clock = { offsetMs: 0 };
  // One connection, because the setting is the connection's.
  const database = openDatabase({ url, poolMax: 1, clock, onIdleError: () => undefined });
  try {
    for (const statement of [
      sql`SET session_replication_role = replica`,
      ...statements,
      sql`INSERT INTO popbox.product_slugs (slug, product_id) SELECT slug, id FROM popbox.products ON CONFLICT DO NOTHING`,
      sql`INSERT INTO popbox.skus (sku, owner_id) SELECT sku, id FROM popbox.products WHERE sku IS NOT NULL
          UNION ALL SELECT sku, id FROM popbox.variants WHERE sku IS NOT NULL`,
      // Looked up product by product, which wants to know how many there are.
      sql`ANALYZE`,
      sql`SELECT popbox.refresh_storefront(array(SELECT id FROM popbox.products))`,
      sql`ANALYZE`,
    ]) {
      await database.db.execute(statement);
    }
  } finally {
    await database.close();
  }
}
