import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { writeShipped, writeTrackingChanged } from '../mails/write-shipment-mails.ts';
import { loadShipments } from '../queries/keep-shipments.ts';
import { orderUrl, requireOrder, toShopper } from './enqueue-order-mails.ts';

/** Step: the order has left, once per order. */
export async function enqueueShippedMail(
  tx: Tx,
  app: App,
  { orderId, now }: { orderId: string; now: Date },
): Promise<void> {
  const order = await requireOrder(tx, orderId);
  const mail = writeShipped(order, await loadShipments(tx, orderId), orderUrl(app, order));
  await toShopper(tx, app, { order, kind: 'order-shipped', mail, opensOrder: true, now });
}

/** Step: its parcels travel differently from what the shopper was told, once per change. */
export async function enqueueTrackingMail(
  tx: Tx,
  app: App,
  { orderId, eventId, now }: { orderId: string; eventId: bigint; now: Date },
): Promise<void> {
  const order = await requireOrder(tx, orderId);
  const mail = writeTrackingChanged(order, await loadShipments(tx, orderId), orderUrl(app, order));
  await toShopper(tx, app, {
    order,
    kind: 'order-tracking-changed',
    entityId: `${orderId}/${String(eventId)}`,
    mail,
    opensOrder: true,
    now,
  });
}
