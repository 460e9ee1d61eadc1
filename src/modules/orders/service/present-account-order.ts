import type { OrderStatus } from '../../../db/schema/orders.ts';
import type { orderKujiResults, orderLineMedia } from '../../../db/schema/orders-views.ts';
import type { App } from '../../../kernel/app.ts';
import type { AccountOrder } from '../orders.account-contract.ts';
import type { KujiResult } from '../orders.results-contract.ts';
import type { ShipmentRow } from '../queries/keep-shipments.ts';
import type { Order, OrderLine } from './keep-order.ts';
import { presentShipment } from './present-shipment.ts';
import { formatInstant } from './view-order.ts';

export type LineWithMedia = {
  line: OrderLine;
  /** Null only if the product were gone, which its foreign key forbids. */
  media: typeof orderLineMedia.$inferSelect | null;
};

/** A row of an order as a query or a subquery of it selects it. */
export type OrderRow = Omit<Order, 'status'> & { status: OrderStatus };

/** What the list and the page of an order both show of it. */
export function presentSummary(
  order: OrderRow,
  shipment: ShipmentRow | null,
): Omit<AccountOrder, 'products'> {
  return {
    publicId: order.publicId,
    status: order.status,
    createdAt: order.createdAt.toISOString(),
    placedAt: formatInstant(order.placedAt),
    currency: 'CAD',
    subtotalCents: order.subtotalCents,
    shippingCents: order.shippingCents,
    taxCents: order.taxCents,
    discountCents: order.discountCents,
    totalCents: order.totalCents,
    taxBreakdown: {
      countryCode: 'CA',
      provinceCode: order.shippingAddress.province,
      taxableAmountCents: order.subtotalCents - order.discountCents + order.shippingCents,
      gstRatePpm: order.gstRatePpm,
      pstRatePpm: order.pstRatePpm,
      hstRatePpm: order.hstRatePpm,
      qstRatePpm: order.qstRatePpm,
      gstCents: order.gstCents,
      pstCents: order.pstCents,
      hstCents: order.hstCents,
      qstCents: order.qstCents,
      totalTaxCents: order.taxCents,
    },
    shipment: shipment && presentShipment(shipment),
  };
}

/** A line as it was bought, with the product's address and picture of today. */
export function presentBought(
  app: Pick<App, 'storage'>,
  { line, media }: LineWithMedia,
): AccountOrder['products'][number] {
  return {
    productId: line.productId,
    productName: line.productName,
    productType: line.productType,
    variantId: line.variantId,
    variantName: line.variantName,
    variantSku: line.variantSku,
    productSlug: media?.productSlug ?? null,
    isStorefrontAccessible: media?.isStorefrontAccessible ?? false,
    quantity: line.quantity,
    ...presentPicture(app, media, line.productName),
  };
}

/** The picture of today; its text falls back to the product's name. */
export function presentPicture(
  app: Pick<App, 'storage'>,
  media: { storageKey: string | null; altText: string | null } | null,
  name: string,
): { imageUrl: string | null; imageAltText: string | null } {
  const key = media?.storageKey ?? null;
  return key === null
    ? { imageUrl: null, imageAltText: null }
    : { imageUrl: app.storage.publicUrl(key), imageAltText: media?.altText ?? name };
}

type ResultRow = typeof orderKujiResults.$inferSelect;

/** A ticket as its owner sees it; the view has no prize of a closed one to show. */
export function presentResult(row: ResultRow): KujiResult {
  const { prizeCode, prizeTier, prizeName } = row;
  const isOpen = prizeCode !== null && prizeTier !== null && prizeName !== null;
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    revealedAt: formatInstant(row.revealedAt),
    voidedAt: formatInstant(row.voidedAt),
    voidReason: row.voidReason,
    prize: isOpen
      ? {
          prizeCode,
          prizeTier,
          name: prizeName,
          description: row.prizeDescription,
          imageUrl: row.prizeImageUrl,
        }
      : null,
  };
}
