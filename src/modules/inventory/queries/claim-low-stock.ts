import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import type { LowStockItem } from '../mails/write-low-stock.ts';

/** Forgets the alerts of what was restocked above its threshold, so that the next fall is told again. */
export async function rearmRestocked(tx: Tx): Promise<void> {
  await tx.execute(sql`
    DELETE FROM popbox.low_stock_alerts alert USING popbox.inventory i
    WHERE i.id = alert.inventory_id AND NOT (i.low_stock_threshold > 0 AND i.on_hand <= i.low_stock_threshold)`);
}

/**
 * Marks what is low and has not been told, the emptiest first, and answers it. Two jobs at once claim each item once.
 * Reads stock without a lock and writes nothing to its rows: no sale waits for an alert.
 */
export async function claimLowStock(
  tx: Tx,
  request: { limit: number; now: Date },
): Promise<LowStockItem[]> {
  const { rows } = await tx.execute<LowStockItem>(sql`
    WITH low AS (
      SELECT * FROM popbox.inventory_low_stock stock
      WHERE NOT EXISTS (SELECT 1 FROM popbox.low_stock_alerts told WHERE told.inventory_id = stock.inventory_id)
      ORDER BY stock.on_hand, stock.inventory_id LIMIT ${request.limit}
    ), claimed AS (
      INSERT INTO popbox.low_stock_alerts (inventory_id, created_at)
      SELECT inventory_id, ${request.now.toISOString()}::timestamptz FROM low
      ON CONFLICT DO NOTHING RETURNING inventory_id
    )
    SELECT low.product_name AS "productName", low.variant_name AS "variantName", low.on_hand AS "onHand",
      low.low_stock_threshold AS "lowStockThreshold"
    FROM low JOIN claimed USING (inventory_id) ORDER BY low.on_hand, low.product_name, low.inventory_id`);
  return rows;
}
