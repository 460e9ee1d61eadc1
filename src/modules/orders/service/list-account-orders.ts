import { and, asc, desc, eq, getTableColumns, getViewSelectedFields, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Reader } from '../../../db/client.ts';
import { orderLines, orders } from '../../../db/schema/orders.ts';
import { shipments } from '../../../db/schema/orders-follow-up.ts';
import { orderLineMedia } from '../../../db/schema/orders-views.ts';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type { AccountOrder, PageQuery } from '../orders.account-contract.ts';
import { isOfAccount } from './find-account-order.ts';
import { presentBought, presentSummary } from './present-account-order.ts';

const positionSchema = z.strictObject({ createdAt: cursorInstant, id: z.guid() });

/** One page of an account's orders with their products, in one query; `nextCursor` is null on the last one. */
export async function listAccountOrders(
  app: App,
  request: PageQuery & { userId: string },
): Promise<{ items: AccountOrder[]; nextCursor: string | null }> {
  const rows = await loadPage(app.database.db, request);
  const found = new Map<string, { cursor: string; order: AccountOrder }>();
  for (const { page, line, media, shipment } of rows) {
    const { instant, ...order } = page;
    const entry = found.get(page.id) ?? {
      cursor: encodeCursor({ createdAt: instant, id: page.id }),
      order: { ...presentSummary(order, shipment), products: [] },
    };
    entry.order.products.push(presentBought(app, { line, media }));
    found.set(page.id, entry);
  }
  const all = [...found.values()];
  const shown = all.slice(0, request.limit);
  return {
    items: shown.map(({ order }) => order),
    nextCursor: all.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null,
  };
}

/** The page's orders, each as often as it has lines. One order more than is shown tells whether there is a next page. */
function loadPage(reader: Reader, request: PageQuery & { userId: string }) {
  const position = decodeCursor(request.cursor, positionSchema);
  const page = reader
    .select({
      ...getTableColumns(orders),
      instant: sql<string>`${orders.createdAt}::text`.as('instant'),
    })
    .from(orders)
    .where(
      and(
        isOfAccount(request.userId),
        position === null
          ? undefined
          : sql`(${orders.createdAt}, ${orders.id}) < (${position.createdAt}::timestamptz, ${position.id}::uuid)`,
      ),
    )
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .limit(request.limit + 1)
    .as('page');
  return reader
    .select({
      page: page._.selectedFields,
      line: orderLines,
      media: getViewSelectedFields(orderLineMedia),
      shipment: shipments,
    })
    .from(page)
    .innerJoin(orderLines, eq(orderLines.orderId, page.id))
    .leftJoin(orderLineMedia, eq(orderLineMedia.orderLineId, orderLines.id))
    .leftJoin(shipments, and(eq(shipments.orderId, page.id), eq(shipments.position, 1)))
    .orderBy(desc(page.createdAt), desc(page.id), asc(orderLines.lineNumber));
}
