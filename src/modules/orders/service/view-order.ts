import { asc, eq } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orderLines, orders, type AddressSnapshot } from '../../../db/schema/orders.ts';
import { orderLineMedia } from '../../../db/schema/orders-views.ts';
import type { StoragePort } from '../../../integrations/supabase/storage-port.ts';
import type { App } from '../../../kernel/app.ts';
import { includesLastOne, viewTickets } from '../../kuji/index.ts';
import { findSuppressions, presentSuppression } from '../../outbox/index.ts';
import type { OrderDetail } from '../orders.contract.ts';
import { DISPUTED } from './freeze-order.ts';
import { loadPrimaryShipments } from '../queries/keep-shipments.ts';
import type { Order } from './keep-order.ts';
import { presentShipment } from './present-shipment.ts';
import { presentCustomer, viewCustomersForStaff } from './view-customer.ts';

/** Shoppers do not learn what is wrong with an order, nor of a prize before they open its ticket. */
export type Audience = 'guest' | 'admin';

/**
 * An order as the wire shows it, in a fixed number of queries. Everything is as it was bought; only pictures are today's.
 * @throws Error if there is no such order
 */
export async function viewOrder(
  reader: Reader,
  app: Pick<App, 'storage' | 'config'>,
  request: { orderId: string; audience: Audience },
): Promise<OrderDetail> {
  const { orderId, audience } = request;
  const [order] = await reader.select().from(orders).where(eq(orders.id, orderId));
  if (!order) throw new Error(`Order ${orderId} does not exist.`);
  const items = await viewItems(reader, app.storage, orderId);
  const hasKuji = items.some((item) => item.productType === 'kuji');
  const viewer = audience === 'admin' ? 'shop' : 'owner';
  const tickets = hasKuji ? await viewTickets(reader, app.storage, [orderId]) : [];
  const staffView = audience === 'admin' ? await viewCustomersForStaff(reader, [order]) : null;
  const shipment = (await loadPrimaryShipments(reader, [orderId])).get(orderId);
  return {
    id: order.id,
    publicId: order.publicId,
    status: order.status,
    ...(audience === 'admin' ? await viewTroubles(reader, app, order) : {}),
    customerNote: order.customerNote,
    includesLastOnePrize: hasKuji && (await includesLastOne(reader, orderId, viewer)),
    currency: 'CAD',
    subtotalCents: order.subtotalCents,
    taxCents: order.taxCents,
    shippingCents: order.shippingCents,
    totalCents: order.totalCents,
    placedAt: formatInstant(order.placedAt),
    paidAt: formatInstant(order.paidAt),
    cancelledAt: formatInstant(order.cancelledAt),
    refundedAt: formatInstant(order.refundedAt),
    shippingAddress: viewAddress(order.shippingAddress),
    billingAddress: order.billingAddress && viewAddress(order.billingAddress),
    customer: staffView?.get(order.id) ?? presentCustomer(order),
    shipment: shipment === undefined ? null : presentShipment(shipment),
    items,
    tickets,
  };
}

async function viewItems(
  reader: Reader,
  storage: StoragePort,
  orderId: string,
): Promise<OrderDetail['items']> {
  const rows = await reader
    .select({
      line: orderLines,
      storageKey: orderLineMedia.storageKey,
      altText: orderLineMedia.altText,
    })
    .from(orderLines)
    .leftJoin(orderLineMedia, eq(orderLineMedia.orderLineId, orderLines.id))
    .where(eq(orderLines.orderId, orderId))
    .orderBy(asc(orderLines.lineNumber));
  return rows.map(({ line, storageKey, altText }) => ({
    id: line.id,
    productId: line.productId,
    productName: line.productName,
    productType: line.productType,
    variantId: line.variantId,
    variantName: line.variantName,
    variantSku: line.variantSku,
    unitPriceCents: line.unitPriceCents,
    quantity: line.quantity,
    lineTotalCents: line.lineTotalCents,
    metadata: line.metadata,
    imageUrl: storageKey === null ? null : storage.publicUrl(storageKey),
    imageAltText: storageKey === null ? null : (altText ?? line.productName),
  }));
}

/** What only the shop is told. */
async function viewTroubles(
  reader: Reader,
  app: Pick<App, 'config'>,
  order: Order,
): Promise<Pick<OrderDetail, 'attention' | 'mailSuppression'>> {
  const [suppressed] = (await findSuppressions(reader, app, [order.email])).values();
  return {
    attention: viewAttention(order),
    mailSuppression: suppressed ? presentSuppression(suppressed) : null,
  };
}

/** Why an order waits for a person; null while it does not. */
export function viewAttention(order: Order): OrderDetail['attention'] {
  if (order.status !== 'paid_needs_attention') return viewDispute(order);
  return {
    reasonCode: order.attentionCode ?? '',
    message: order.attentionMessage ?? '',
    actionHint: order.attentionHint ?? '',
    createdAt: formatInstant(order.attentionAt),
  };
}

/** An order that was packed, shipped or refunded keeps its status under a dispute; an admin sees it all the same. */
function viewDispute({ disputedAt }: Order): OrderDetail['attention'] {
  if (disputedAt === null) return null;
  const { code, message, hint } = DISPUTED;
  return { reasonCode: code, message, actionHint: hint, createdAt: formatInstant(disputedAt) };
}

export function viewAddress(address: AddressSnapshot): Record<string, string> {
  return Object.fromEntries(
    Object.entries(address).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}

export function formatInstant(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
