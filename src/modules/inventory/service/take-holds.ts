import { eq } from 'drizzle-orm';
import { holds } from '../../../db/schema/inventory.ts';
import type { App } from '../../../kernel/app.ts';
import type { Tx } from '../../../db/client.ts';
import { insertHolds } from '../inventory.queries.ts';

export type HoldRequest = {
  orderLineId: string;
  inventoryId: string;
  quantity: number;
};

/**
 * Step: sets stock aside for an order. Every path to a hold goes through here, because safety lives in its statement.
 * Lines must already be merged: one per inventory row.
 *
 * Returns the inventory ids that were short; empty means that all is held. With any shortage the caller must roll back.
 */
export async function takeHolds(
  tx: Tx,
  app: Pick<App, 'newId'>,
  request: {
    orderId: string;
    lines: readonly HoldRequest[];
    expiresAt: Date;
    now: Date;
    actor: string;
  },
): Promise<string[]> {
  const lines = request.lines.map((line) => ({ id: app.newId(), ...line }));
  const taken = new Set(await insertHolds(tx, { ...request, lines }));
  return lines.map((line) => line.inventoryId).filter((inventoryId) => !taken.has(inventoryId));
}

/** The stock row that each line of an order was held from, whatever became of the hold: line id → inventory id. */
export async function findHeldStock(tx: Tx, orderId: string): Promise<Map<string, string>> {
  const rows = await tx
    .select({ orderLineId: holds.orderLineId, inventoryId: holds.inventoryId })
    .from(holds)
    .where(eq(holds.orderId, orderId));
  return new Map(rows.map((row) => [row.orderLineId, row.inventoryId]));
}
