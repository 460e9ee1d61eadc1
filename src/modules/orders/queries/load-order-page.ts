import { and, asc, desc, eq, gte, inArray, isNotNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orderLines, orders, orderSearchText } from '../../../db/schema/orders.ts';
import { shipments } from '../../../db/schema/orders-follow-up.ts';
import { orderMoney } from '../../../db/schema/orders-views.ts';
import { holdsWord } from '../../../http/search-words.ts';
import type { OrderFilters, OrderSort } from '../orders.admin-contract.ts';

/** Where a page ended: the value that it is sorted by, and the id that breaks ties. */
export type OrderPosition = { value: string | number; id: string };

/** The time in full precision: a `Date` keeps milliseconds and would skip rows that share one. */
const createdAtText = sql<string>`to_char(${orders.createdAt} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`;

/** At most `count` orders behind a position. Ties fall with the column, so that one index serves both directions. */
export async function loadOrderPage(
  reader: Reader,
  page: { filters: OrderFilters; sort: OrderSort; after: OrderPosition | null; count: number },
) {
  const { filters, sort, after } = page;
  const isByDate = sort === 'date_desc' || sort === 'date_asc';
  const column = isByDate ? orders.createdAt : orders.totalCents;
  const falls = sort === 'date_desc' || sort === 'total_desc';
  const direction = falls ? desc : asc;
  const rows = await reader
    .select({ order: orders, createdAtText })
    .from(orders)
    .where(and(...matching(filters), after === null ? undefined : behind(after, column, falls)))
    .orderBy(direction(column), direction(orders.id))
    .limit(page.count);
  return rows.map(({ order, createdAtText: createdAt }) => ({
    ...order,
    sortValue: isByDate ? createdAt : order.totalCents,
  }));
}
export type OrderPageRow = Awaited<ReturnType<typeof loadOrderPage>>[number];

function behind(
  after: OrderPosition,
  column: typeof orders.createdAt | typeof orders.totalCents,
  falls: boolean,
): SQL {
  const type = column === orders.createdAt ? sql`timestamptz` : sql`int`;
  const position = sql`(${after.value}::${type}, ${after.id}::uuid)`;
  return falls
    ? sql`(${column}, ${orders.id}) < ${position}`
    : sql`(${column}, ${orders.id}) > ${position}`;
}

function matching(filters: OrderFilters): (SQL | undefined)[] {
  const { status, attention, productType, from, until, search } = filters;
  return [
    status === undefined ? undefined : eq(orders.status, status),
    attention === undefined ? undefined : withAttention(attention),
    productType === undefined ? undefined : withProductType(productType),
    from === undefined ? undefined : gte(orders.createdAt, from),
    until === undefined ? undefined : lt(orders.createdAt, until),
    ...search.map((word) => holdsWord(orderSearchText, word)),
  ];
}

/**
 * Open: the order waits for somebody, or its payment is disputed, which leaves its status as it is. Resolved: somebody
 * dealt with it. The bare conditions on one column are those of the indexes.
 */
function withAttention(attention: 'open' | 'resolved'): SQL | undefined {
  const hadAttention = isNotNull(orders.attentionCode);
  return attention === 'open'
    ? or(and(hadAttention, eq(orders.status, 'paid_needs_attention')), isNotNull(orders.disputedAt))
    : and(hadAttention, isNotNull(orders.attentionResolvedAt));
}

function withProductType(productType: 'standard' | 'kuji'): SQL {
  return sql`EXISTS (SELECT 1 FROM ${orderLines} line WHERE line.order_id = "popbox"."orders"."id" AND line.product_type = ${productType})`;
}

/** What the rows of an export need besides the orders themselves, for all of a page at once. */
export async function loadExportParts(reader: Reader, orderIds: readonly string[]) {
  const ids = [...orderIds];
  if (ids.length === 0) return { lines: [], parcels: [], money: [] };
  const lines = await reader
    .select()
    .from(orderLines)
    .where(inArray(orderLines.orderId, ids))
    .orderBy(asc(orderLines.orderId), asc(orderLines.lineNumber));
  const parcels = await reader
    .select()
    .from(shipments)
    .where(inArray(shipments.orderId, ids))
    .orderBy(asc(shipments.orderId), asc(shipments.position));
  const money = await reader.select().from(orderMoney).where(inArray(orderMoney.orderId, ids));
  return { lines, parcels, money };
}
