import type { Reader } from '../../../db/client.ts';
import type { OrderFilters } from '../orders.admin-contract.ts';
import type { ShipmentRow } from '../queries/keep-shipments.ts';
import { loadExportParts, loadOrderPage, type OrderPosition } from '../queries/load-order-page.ts';
import type { Order, OrderLine } from './keep-order.ts';

export type ExportedOrder = {
  order: Order;
  lines: OrderLine[];
  parcels: ShipmentRow[];
  refundedCents: number;
};

/** The orders behind a position, the oldest first, with what a bookkeeper wants to know; in four queries. */
export async function loadExportPage(
  reader: Reader,
  page: { filters: OrderFilters; after: OrderPosition | null; limit: number },
): Promise<{ orders: ExportedOrder[]; next: OrderPosition | null }> {
  const { filters, after, limit } = page;
  const rows = await loadOrderPage(reader, { filters, sort: 'date_asc', after, count: limit });
  const { lines, parcels, money } = await loadExportParts(
    reader,
    rows.map(({ id }) => id),
  );
  const linesOf = Map.groupBy(lines, ({ orderId }) => orderId);
  const parcelsOf = Map.groupBy(parcels, ({ orderId }) => orderId);
  const refunded = new Map(money.map(({ orderId, refundedCents }) => [orderId, refundedCents]));
  const last = rows.at(-1);
  return {
    orders: rows.map((order) => ({
      order,
      lines: linesOf.get(order.id) ?? [],
      parcels: parcelsOf.get(order.id) ?? [],
      refundedCents: refunded.get(order.id) ?? 0,
    })),
    next: last === undefined || rows.length < limit ? null : { value: last.sortValue, id: last.id },
  };
}
