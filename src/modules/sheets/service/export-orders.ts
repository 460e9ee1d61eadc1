import { readNow } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { loadExportPage, type ExportedOrder } from '../../orders/index.ts';
import type { ExportOrdersQuery } from '../sheets.orders-contract.ts';
import { LIST_SEPARATOR } from '../sheet-columns.ts';
import { toDollars, writeHeader, writeRows } from './write-csv.ts';

const PAGE = 500;

type ExportPage = Awaited<ReturnType<typeof loadExportPage>>;

/** Each column with how it is read from an order; the order of the file. */
const COLUMNS: Readonly<Record<string, (exported: ExportedOrder) => string>> = {
  order: ({ order }) => order.publicId,
  status: ({ order }) => order.status,
  created_at: ({ order }) => order.createdAt.toISOString(),
  paid_at: ({ order }) => toInstant(order.paidAt),
  refunded_at: ({ order }) => toInstant(order.refundedAt),
  email: ({ order }) => order.email,
  name: ({ order }) => order.shippingAddress.fullName,
  line1: ({ order }) => order.shippingAddress.line1,
  line2: ({ order }) => order.shippingAddress.line2 ?? '',
  city: ({ order }) => order.shippingAddress.city,
  province: ({ order }) => order.shippingAddress.province,
  postal_code: ({ order }) => order.shippingAddress.postalCode,
  country: ({ order }) => order.shippingAddress.countryCode,
  phone: ({ order }) => order.shippingAddress.phone ?? order.customerSnapshot.phone ?? '',
  items: ({ lines }) => lines.map(nameLine).join(LIST_SEPARATOR),
  currency: ({ order }) => order.currency,
  subtotal: ({ order }) => toDollars(order.subtotalCents),
  discount: ({ order }) => toDollars(order.discountCents),
  shipping: ({ order }) => toDollars(order.shippingCents),
  gst: ({ order }) => toDollars(order.gstCents),
  hst: ({ order }) => toDollars(order.hstCents),
  pst: ({ order }) => toDollars(order.pstCents),
  qst: ({ order }) => toDollars(order.qstCents),
  total: ({ order }) => toDollars(order.totalCents),
  refunded: ({ refundedCents }) => toDollars(refundedCents),
  carriers: ({ parcels }) => joinFilled(parcels.map(({ carrierName }) => carrierName)),
  tracking_numbers: ({ parcels }) =>
    joinFilled(parcels.map(({ trackingNumber }) => trackingNumber)),
  shipped_at: ({ parcels }) => toInstant(parcels[0]?.shippedAt ?? null),
  note: ({ order }) => order.customerNote ?? '',
};

/**
 * The orders that fit the filters as CSV, page by page, so that their number costs no memory. It ends with the orders that
 * there were when it began; else a busy shop could make it endless.
 */
export async function* exportOrders(app: App, filters: ExportOrdersQuery): AsyncGenerator<string> {
  const began = await readNow(app);
  const { until } = filters;
  const bounded = { ...filters, until: until !== undefined && until < began ? until : began };
  yield writeHeader(Object.keys(COLUMNS));
  let after: ExportPage['next'] = null;
  do {
    const page: ExportPage = await loadExportPage(app.database.db, {
      filters: bounded,
      after,
      limit: PAGE,
    });
    const rows = page.orders.map((exported) =>
      Object.values(COLUMNS).map((read) => read(exported)),
    );
    if (rows.length > 0) yield writeRows(rows);
    after = page.next;
  } while (after !== null);
}

function nameLine(line: ExportedOrder['lines'][number]): string {
  const name =
    line.variantName === null ? line.productName : `${line.productName}, ${line.variantName}`;
  return `${String(line.quantity)} × ${name}`;
}

function joinFilled(texts: readonly (string | null)[]): string {
  return texts.filter((text) => text !== null).join(LIST_SEPARATOR);
}

function toInstant(instant: Date | null): string {
  return instant?.toISOString() ?? '';
}
