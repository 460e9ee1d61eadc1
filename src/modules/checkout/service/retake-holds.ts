import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { findHeldStock, takeHolds } from '../../inventory/index.ts';
import { findTicketSet, takeTicketHold } from '../../kuji/index.ts';
import type { LockedOrder } from '../../orders/index.ts';

/**
 * Step: takes the goods of a late order again, by the same guarded statement as at first. False, with the caller rolling
 * back, if one line cannot be had: never half an order.
 */
export async function retakeHolds(
  tx: Tx,
  app: App,
  request: { order: LockedOrder; now: Date; actor: string },
): Promise<boolean> {
  const { order, now, actor } = request;
  const stockOf = await findHeldStock(tx, order.id);
  const lines = order.lines.flatMap((line) => {
    const inventoryId = stockOf.get(line.id);
    return inventoryId === undefined
      ? []
      : [{ orderLineId: line.id, inventoryId, quantity: line.quantity }];
  });
  if (lines.length < order.lines.length) return false;
  const short = await takeHolds(tx, app, { orderId: order.id, lines, expiresAt: now, now, actor });
  if (short.length > 0) return false;
  return retakeTickets(tx, order);
}

async function retakeTickets(tx: Tx, order: LockedOrder): Promise<boolean> {
  const held: { setId: string; orderLineId: string }[] = [];
  for (const line of order.lines) {
    if (line.productType !== 'kuji') continue;
    const setId = await findTicketSet(tx, line.id);
    if (setId === null) return false;
    held.push({ setId, orderLineId: line.id });
  }
  // In id order, like all locks.
  held.sort((a, b) => (a.setId < b.setId ? -1 : 1));
  for (const hold of held) {
    if ((await takeTicketHold(tx, { ...hold, unitPriceCents: null })) === null) return false;
  }
  return true;
}
