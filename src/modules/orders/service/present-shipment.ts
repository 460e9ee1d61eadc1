import type { Parcel } from '../orders.admin-contract.ts';
import type { OrderDetail } from '../orders.contract.ts';
import type { ShipmentRow } from '../queries/keep-shipments.ts';

type Shipment = NonNullable<OrderDetail['shipment']>;

/** A parcel as the wire shows it to shoppers. */
export function presentShipment(row: ShipmentRow): Shipment {
  return {
    carrierName: row.carrierName,
    trackingNumber: row.trackingNumber,
    trackingUrl: row.trackingUrl,
    shippedAt: row.shippedAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}

/** The same for the shop, which addresses parcels. */
export function presentParcel(row: ShipmentRow): Parcel {
  return { ...presentShipment(row), id: row.id, position: row.position };
}
