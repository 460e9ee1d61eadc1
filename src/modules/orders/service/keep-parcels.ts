import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { ParcelChanges } from '../orders.fulfilment-contract.ts';
import { ordersProblems } from '../orders.problems.ts';
import {
  deleteShipment,
  loadShipments,
  nextPosition,
  PRIMARY_POSITION,
  type ShipmentRow,
} from '../queries/keep-shipments.ts';
import { lockShippable } from './change-shipment.ts';
import { mergeParcel, textsOf } from './merge-parcel.ts';
import type { StaffRequest } from './pack-order.ts';
import { requireNotErased } from './require-not-erased.ts';
import { recordParcel, writeParcel } from './write-parcel.ts';

const MAX_PARCELS = 50;

/**
 * Use case: one parcel more. Before the order is shipped nobody is told; the mail about the shipment lists all parcels.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE, ORDER_ERASED, TOO_MANY_PARCELS, VALIDATION_FAILED
 */
export async function addParcel(
  app: App,
  request: StaffRequest & { changes: ParcelChanges },
): Promise<void> {
  const { orderId, changes } = request;
  await inTx(app, 'orders.add-parcel', async (tx, now) => {
    const order = await lockShippable(tx, orderId, ['packed', 'shipped']);
    requireNotErased(order, textsOf(changes));
    const position = await nextPosition(tx, orderId);
    if (position > MAX_PARCELS) throw new Problem(ordersProblems.TOO_MANY_PARCELS);
    const isShipped = order.status === 'shipped';
    const { values, isTrackingChanged } = mergeParcel(null, changes, {
      shippedAt: isShipped ? now : null,
    });
    await writeParcel(tx, app, { orderId, before: null, position, values, now });
    await recordParcel(tx, app, {
      ...request,
      action: 'order.parcel_added',
      before: null,
      after: values,
      announce: isShipped && isTrackingChanged,
      now,
    });
  });
}

/**
 * Use case: corrects any parcel of an order; the shopper is told like of a change of the shipment.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE, ORDER_ERASED, PARCEL_NOT_FOUND, VALIDATION_FAILED
 */
export async function changeParcel(
  app: App,
  request: StaffRequest & { parcelId: string; changes: ParcelChanges },
): Promise<void> {
  const { orderId, parcelId, changes } = request;
  await inTx(app, 'orders.change-parcel', async (tx, now) => {
    const order = await lockShippable(tx, orderId, ['packed', 'shipped']);
    requireNotErased(order, textsOf(changes));
    const before = await requireParcel(tx, orderId, parcelId);
    const { values, isChanged, isTrackingChanged } = mergeParcel(before, changes, {
      shippedAt: null,
    });
    if (!isChanged) return;
    await writeParcel(tx, app, { orderId, before, position: before.position, values, now });
    await recordParcel(tx, app, {
      ...request,
      action: 'order.parcel_changed',
      before,
      after: values,
      announce: order.status === 'shipped' && isTrackingChanged,
      now,
    });
  });
}

/**
 * Use case: a parcel that there is not after all. The shopper is told if he knew a number or a link of it.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_SHIPPABLE, PARCEL_NOT_FOUND, PARCEL_IS_THE_SHIPMENT
 */
export async function removeParcel(
  app: App,
  request: StaffRequest & { parcelId: string },
): Promise<void> {
  const { orderId, parcelId } = request;
  await inTx(app, 'orders.remove-parcel', async (tx, now) => {
    const order = await lockShippable(tx, orderId, ['packed', 'shipped']);
    const before = await requireParcel(tx, orderId, parcelId);
    if (before.position === PRIMARY_POSITION) {
      throw new Problem(ordersProblems.PARCEL_IS_THE_SHIPMENT);
    }
    await deleteShipment(tx, before.id);
    const wasTold = before.trackingNumber !== null || before.trackingUrl !== null;
    await recordParcel(tx, app, {
      ...request,
      action: 'order.parcel_removed',
      before,
      after: null,
      announce: order.status === 'shipped' && wasTold,
      now,
    });
  });
}

async function requireParcel(tx: Tx, orderId: string, parcelId: string): Promise<ShipmentRow> {
  const rows = await loadShipments(tx, orderId);
  const row = rows.find(({ id }) => id === parcelId.toLowerCase());
  if (!row) throw new Problem(ordersProblems.PARCEL_NOT_FOUND);
  return row;
}
