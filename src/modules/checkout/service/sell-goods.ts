import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { convertHolds } from '../../inventory/index.ts';
import { drawTickets } from '../../kuji/index.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { CannotFinalise } from './cannot-finalise.ts';
import { retakeHolds } from './retake-holds.ts';

type Selling = { now: Date; actor: string };

/**
 * Step. A payment is late when its hold is gone, whatever the clock says; then stock is taken again if there is some.
 *
 * @throws CannotFinalise if there is none, and for a late one among several: it is to be served alone
 */
export async function sellGoods(
  tx: Tx,
  app: App,
  request: Selling & { orders: readonly LockedOrder[] },
): Promise<void> {
  const { orders, now, actor } = request;
  const convert = (sold: readonly LockedOrder[]) =>
    convertHolds(tx, {
      orderIds: sold.map(({ id }) => id),
      lineCount: sold.flatMap(({ lines }) => lines).length,
      now,
      actor,
    });
  const converted = new Set((await convert(orders)).map(({ orderLineId }) => orderLineId));
  for (const order of orders) {
    const held = order.lines.filter(({ id }) => converted.has(id));
    if (held.length === order.lines.length) continue;
    if (held.length > 0)
      throw new Error(`Order ${order.id} had a hold for some of its lines only.`);
    // In company it would take rows behind those that the others have: see db/locks.ts.
    if (orders.length > 1) throw new CannotFinalise('LATE_PAYMENT_NO_STOCK');
    if (!(await retakeHolds(tx, app, { order, now, actor }))) {
      throw new CannotFinalise('LATE_PAYMENT_NO_STOCK');
    }
    await convert([order]);
  }
}

/** Step: draws the numbers of the kuji lines, if there are any. Each number depends on the id of its order's payment. */
export async function drawNumbers(
  tx: Tx,
  app: App,
  request: {
    paid: readonly { order: LockedOrder; paymentIntentId: string | null }[];
    now: Date;
  },
): Promise<void> {
  const requests = request.paid.flatMap(({ order, paymentIntentId }) => {
    const lines = order.lines.filter((line) => line.productType === 'kuji');
    if (lines.length === 0) return [];
    if (paymentIntentId === null) throw new CannotFinalise('NO_PAYMENT_INTENT');
    const wanted = lines.map((line) => ({ orderLineId: line.id, quantity: line.quantity }));
    return [{ orderId: order.id, paymentIntentId, lines: wanted }];
  });
  if (requests.length === 0) return;
  const drawn = await drawTickets(tx, app, { requests, now: request.now });
  if (!drawn.ok) throw new CannotFinalise('NOT_ENOUGH_TICKETS');
}
