import { asc, eq, inArray, or } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orderLines, orders } from '../../../db/schema/orders.ts';
import { shipments } from '../../../db/schema/orders-follow-up.ts';

/** Everything that the orders of a person tell of him, with what he bought, oldest first. */
export async function exportOrders(
  reader: Reader,
  person: { customerId: string; email: string; userId: string | null },
) {
  const { customerId, email, userId } = person;
  const found = await reader
    .select({
      id: orders.id,
      publicId: orders.publicId,
      status: orders.status,
      email: orders.email,
      customer: orders.customerSnapshot,
      shippingAddress: orders.shippingAddress,
      billingAddress: orders.billingAddress,
      customerNote: orders.customerNote,
      currency: orders.currency,
      subtotalCents: orders.subtotalCents,
      discountCents: orders.discountCents,
      shippingCents: orders.shippingCents,
      taxCents: orders.taxCents,
      totalCents: orders.totalCents,
      createdAt: orders.createdAt,
      placedAt: orders.placedAt,
      paidAt: orders.paidAt,
      refundedAt: orders.refundedAt,
    })
    .from(orders)
    .where(
      or(
        eq(orders.customerId, customerId),
        eq(orders.email, email),
        userId === null ? undefined : eq(orders.userId, userId),
      ),
    )
    .orderBy(asc(orders.id));
  const lines = await loadLines(
    reader,
    found.map(({ id }) => id),
  );
  return found.map((order) => ({
    ...order,
    lines: lines.filter((line) => line.orderId === order.id).map(({ orderId: _, ...line }) => line),
  }));
}

/** Where the parcels of these orders went, as far as their carrier tells. */
export async function exportShipments(reader: Reader, orderIds: readonly string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: shipments.orderId,
      carrierName: shipments.carrierName,
      trackingNumber: shipments.trackingNumber,
      trackingUrl: shipments.trackingUrl,
      shippedAt: shipments.shippedAt,
      deliveredAt: shipments.deliveredAt,
    })
    .from(shipments)
    .where(inArray(shipments.orderId, [...orderIds]))
    .orderBy(asc(shipments.orderId), asc(shipments.position));
}

async function loadLines(reader: Reader, orderIds: string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: orderLines.orderId,
      productName: orderLines.productName,
      variantName: orderLines.variantName,
      unitPriceCents: orderLines.unitPriceCents,
      quantity: orderLines.quantity,
      lineTotalCents: orderLines.lineTotalCents,
    })
    .from(orderLines)
    .where(inArray(orderLines.orderId, orderIds))
    .orderBy(asc(orderLines.orderId), asc(orderLines.lineNumber));
}
