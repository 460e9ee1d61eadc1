import { and, asc, count, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { inventoryCheck } from '../../../db/schema/inventory.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type {
  InventoryReport,
  InventoryReportQuery,
  StockCheck,
} from '../inventory.admin-contract.ts';

const positionSchema = z.strictObject({ id: z.guid() });
const differs = sql`cardinality(${inventoryCheck.differences}) > 0`;

/** One page of the stock beside what it should be, in id order. */
export async function reportInventory(
  app: App,
  query: InventoryReportQuery,
): Promise<InventoryReport> {
  const position = decodeCursor(query.cursor, positionSchema);
  const rows = await app.database.db
    .select()
    .from(inventoryCheck)
    .where(
      and(
        query.onlyDifferences === 'true' ? differs : undefined,
        position === null ? undefined : gt(inventoryCheck.inventoryId, position.id),
      ),
    )
    .orderBy(asc(inventoryCheck.inventoryId))
    .limit(query.limit + 1);
  const [differing] = await app.database.db
    .select({ rows: count() })
    .from(inventoryCheck)
    .where(differs);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(presentCheck),
    differenceCount: differing?.rows ?? 0,
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : encodeCursor({ id: last.inventoryId }),
  };
}

/** Every stock row that differs from what it should be, and how many were looked at. */
export async function checkInventory(
  app: App,
): Promise<{ rowCount: number; differing: StockCheck[] }> {
  const { db } = app.database;
  const differing = await db
    .select()
    .from(inventoryCheck)
    .where(differs)
    .orderBy(asc(inventoryCheck.inventoryId));
  const [all] = await db.select({ rows: count() }).from(inventoryCheck);
  return { rowCount: all?.rows ?? 0, differing: differing.map(presentCheck) };
}

function presentCheck(row: typeof inventoryCheck.$inferSelect): StockCheck {
  const { inventoryId, productId, variantId, received, restocked, sold, writtenOff } = row;
  return {
    inventoryId,
    productId,
    productVariantId: variantId,
    actual: { onHand: row.onHand, reserved: row.reserved },
    expected: {
      onHand: row.ledgerOnHand,
      reserved: row.ledgerReserved,
      liveHolds: row.liveHolds,
      freeNumbers: row.freeNumbers,
    },
    movements: { received, restocked, sold, writtenOff },
    differences: row.differences,
  };
}
