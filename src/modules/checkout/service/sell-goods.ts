import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { convertHolds } from '../../inventory/index.ts';
import { drawTickets } from '../../kuji/index.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { CannotFinalise } from './cannot-finalise.ts';
import { retakeHolds } from './retake-holds.ts';

type Sale = { order: LockedOrder; now: Date; actor: string };

/** Step. A payment is late when its hold is gone, whatever the clock says; then stock is taken again if there is some. */
export async function sellGoods(tx: Tx, app: App, sale: Sale): Promise<void> {
  const { order, now, actor } = sale;
  const holds = { orderId: order.id, lineCount: order.lines.length, now, actor };
  const converted = await convertHolds(tx, holds);
  if (converted.length === order.lines.length) return;
  if (converted.length > 0) {
    throw new Error(`Order ${order.id} had a hold for some of its lines only.`);
  }
  if (!(await retakeHolds(tx, app, sale))) throw new CannotFinalise('LATE_PAYMENT_NO_STOCK');
  await convertHolds(tx, holds);
}

/** Step: draws the numbers of the kuji lines, if there are any. Each number depends on the payment's id. */
export async function drawNumbers(
  tx: Tx,
  app: App,
  sale: Sale & { paymentIntentId: string | null },
): Promise<void> {
  const { order, paymentIntentId, now } = sale;
  const lines = order.lines.filter((line) => line.productType === 'kuji');
  if (lines.length === 0) return;
  if (paymentIntentId === null) throw new CannotFinalise('NO_PAYMENT_INTENT');
  const drawn = await drawTickets(tx, app, {
    orderId: order.id,
    paymentIntentId,
    lines: lines.map((line) => ({ orderLineId: line.id, quantity: line.quantity })),
    now,
  });
  if (!drawn.ok) throw new CannotFinalise('NOT_ENOUGH_TICKETS');
}
