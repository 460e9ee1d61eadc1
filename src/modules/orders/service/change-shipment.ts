import { inTx, type Tx } from '../../../db/client.ts';
import type { OrderStatus } from '../../../db/schema/orders.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { ParcelChanges } from '../orders.fulfilment-contract.ts';
import { ordersProblems } from '../orders.problems.ts';
import { loadShipments, PRIMARY_POSITION, stampUnshipped } from '../queries/keep-shipments.ts';
import { enqueueShippedMail } from './enqueue-shipment-mails.ts';
import { lockOrder, type LockedOrder } from './keep-order.ts';
import { markShipped } from './mark-order.ts';
import { mergeParcel, textsOf } from './merge-parcel.ts';
import { nameStatus } from './name-status.ts';
import type { StaffRequest } from './pack-order.ts';
import { requireMoneyStays } from './require-money-stays.ts';
import { requireNotErased } from './require-not-erased.ts';
import { endOf, recordParcel, writeParcel } from './write-parcel.ts';

/** What came of it: the order left, the shopper was told of a change, something else changed, or nothing did. */
export type ShipmentOutcome = 'shipped' | 'announced' | 'changed' | 'unchanged';

/**
 * Use case: the one way in which an order is shipped, with or without a number, and in which its shipment is corrected
 * afterwards. Changes of two people are made one after the other, each on top of the other's.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE, ORDER_ERASED, ORDER_MONEY_LEAVING, VALIDATION_FAILED
 */
export function changeShipment(
  app: App,
  request: StaffRequest & { changes: ParcelChanges },
): Promise<ShipmentOutcome> {
  return inTx(app, 'orders.shipment', async (tx, now) => {
    const order = await lockShippable(tx, request.orderId, ['packed', 'shipped']);
    requireNotErased(order, textsOf(request.changes));
    if (order.status === 'packed') return ship(tx, app, { ...request, order, now });
    return correct(tx, app, { ...request, order, now });
  });
}

/**
 * Use case: ships a packed order of which no number is known.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE (also if it is shipped already)
 */
export async function shipOrder(app: App, request: StaffRequest): Promise<void> {
  await inTx(app, 'orders.ship', async (tx, now) => {
    const order = await lockShippable(tx, request.orderId, ['packed']);
    await ship(tx, app, { ...request, changes: {}, order, now });
  });
}

/**
 * Step: the order, locked, in one of these statuses.
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE
 */
export async function lockShippable(
  tx: Tx,
  orderId: string,
  statuses: readonly OrderStatus[],
): Promise<LockedOrder> {
  const order = await lockOrder(tx, orderId);
  if (!order) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  if (statuses.includes(order.status)) return order;
  throw new Problem(ordersProblems.ORDER_NOT_SHIPPABLE, {
    message: `This order is ${nameStatus(order.status)}. ${ordersProblems.ORDER_NOT_SHIPPABLE.message}`,
    details: { status: order.status },
  });
}

type Work = StaffRequest & { changes: ParcelChanges; order: LockedOrder; now: Date };

async function ship(tx: Tx, app: App, work: Work): Promise<ShipmentOutcome> {
  const { order, changes, now, actor } = work;
  await requireMoneyStays(tx, app, order.id);
  const before = await findPrimary(tx, order.id);
  const { values } = mergeParcel(before, changes, { shippedAt: now });
  await writeParcel(tx, app, {
    orderId: order.id,
    before,
    position: PRIMARY_POSITION,
    values,
    now,
  });
  await stampUnshipped(tx, order.id, now);
  const { carrierName, trackingNumber } = values;
  await markShipped(tx, {
    order,
    details: { carrierName, trackingNumber: endOf(trackingNumber) },
    now,
    actor,
  });
  await recordParcel(tx, app, { ...work, action: 'order.shipped', before, after: values });
  await enqueueShippedMail(tx, app, { orderId: order.id, now });
  return 'shipped';
}

async function correct(tx: Tx, app: App, work: Work): Promise<ShipmentOutcome> {
  const { order, changes, now } = work;
  const before = await findPrimary(tx, order.id);
  const { values, isChanged, isTrackingChanged } = mergeParcel(before, changes, {
    shippedAt: null,
  });
  if (!isChanged) return 'unchanged';
  await writeParcel(tx, app, {
    orderId: order.id,
    before,
    position: PRIMARY_POSITION,
    values,
    now,
  });
  await recordParcel(tx, app, {
    ...work,
    action: 'order.shipment_changed',
    before,
    after: values,
    announce: isTrackingChanged,
  });
  return isTrackingChanged ? 'announced' : 'changed';
}

async function findPrimary(tx: Tx, orderId: string) {
  const rows = await loadShipments(tx, orderId);
  return rows.find(({ position }) => position === PRIMARY_POSITION) ?? null;
}
