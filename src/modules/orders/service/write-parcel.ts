import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { recordAudit } from '../../audit/index.ts';
import { insertShipment, saveShipment, type ShipmentRow } from '../queries/keep-shipments.ts';
import { insertEvent } from '../queries/load-order-facts.ts';
import { enqueueTrackingMail } from './enqueue-shipment-mails.ts';
import type { ParcelValues } from './merge-parcel.ts';
import type { StaffRequest } from './pack-order.ts';

/** Step: the parcel as it is now, new or changed. The caller holds the order's lock. */
export async function writeParcel(
  tx: Tx,
  app: App,
  parcel: {
    orderId: string;
    before: ShipmentRow | null;
    position: number;
    values: ParcelValues;
    now: Date;
  },
): Promise<void> {
  const { orderId, before, position, values, now } = parcel;
  if (before) await saveShipment(tx, before.id, values);
  else await insertShipment(tx, { id: app.newId(), orderId, position, ...values, createdAt: now });
}

/** Step: who changed which parcel, in the audit log and the order's timeline; `announce` tells the shopper, too. */
export async function recordParcel(
  tx: Tx,
  app: App,
  change: StaffRequest & {
    action:
      | 'order.shipped'
      | 'order.shipment_changed'
      | 'order.parcel_added'
      | 'order.parcel_changed'
      | 'order.parcel_removed';
    before: ParcelValues | null;
    after: ParcelValues | null;
    announce?: boolean;
    now: Date;
  },
): Promise<void> {
  const { orderId, actor, requestId, action, before, after, now } = change;
  await recordAudit(tx, {
    id: app.newId(),
    actor,
    action,
    targetType: 'order',
    targetId: orderId,
    before: before && auditedValues(before),
    after: after && auditedValues(after),
    requestId,
  });
  // That an order is shipped stands in its timeline already, as a change of status.
  if (action === 'order.shipped') return;
  const { carrierName, trackingNumber } = after ??
    before ?? { carrierName: null, trackingNumber: null };
  const eventId = await insertEvent(tx, {
    orderId,
    kind: action.replace('order.', ''),
    actor,
    details: { carrierName, trackingNumber: endOf(trackingNumber) },
    now,
  });
  if (change.announce === true) await enqueueTrackingMail(tx, app, { orderId, eventId, now });
}

/**
 * Enough to recognise a number by. The audit log and the timeline are never erased, and with the whole number a carrier
 * tells where somebody lives; it stands in the parcel only.
 */
export function endOf(trackingNumber: string | null): string | null {
  if (trackingNumber === null) return null;
  return `…${trackingNumber.length >= 8 ? trackingNumber.slice(-4) : ''}`;
}

function auditedValues(values: ParcelValues) {
  return {
    carrierName: values.carrierName,
    trackingNumber: endOf(values.trackingNumber),
    hasTrackingUrl: values.trackingUrl !== null,
    shippedAt: values.shippedAt?.toISOString() ?? null,
    deliveredAt: values.deliveredAt?.toISOString() ?? null,
  };
}
