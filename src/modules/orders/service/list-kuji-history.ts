import { and, desc, eq, getViewSelectedFields, sql } from 'drizzle-orm';
import { z } from 'zod';
import { orders } from '../../../db/schema/orders.ts';
import { orderKujiResults } from '../../../db/schema/orders-views.ts';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type { PageQuery } from '../orders.account-contract.ts';
import type { KujiHistoryEntry } from '../orders.results-contract.ts';
import { isOfAccount } from './find-account-order.ts';
import { presentPicture, presentResult } from './present-account-order.ts';
import { formatInstant } from './view-order.ts';

const positionSchema = z.strictObject({ createdAt: cursorInstant, id: z.guid() });

/** One page of all tickets of an account; `nextCursor` is null on the last one. Tickets of one draw share their time. */
export async function listKujiHistory(
  app: App,
  request: PageQuery & { userId: string },
): Promise<{ items: KujiHistoryEntry[]; nextCursor: string | null }> {
  const position = decodeCursor(request.cursor, positionSchema);
  const rows = await app.database.db
    .select({
      result: getViewSelectedFields(orderKujiResults),
      publicId: orders.publicId,
      placedAt: orders.placedAt,
      instant: sql<string>`${orderKujiResults.createdAt}::text`,
    })
    .from(orders)
    .innerJoin(orderKujiResults, eq(orderKujiResults.orderId, orders.id))
    .where(
      and(
        isOfAccount(request.userId),
        position === null
          ? undefined
          : sql`(${orderKujiResults.createdAt}, ${orderKujiResults.id}) < (${position.createdAt}::timestamptz, ${position.id}::uuid)`,
      ),
    )
    .orderBy(desc(orderKujiResults.createdAt), desc(orderKujiResults.id))
    .limit(request.limit + 1);
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ result, publicId, placedAt }) => ({
      ...presentResult(result),
      order: { publicId, placedAt: formatInstant(placedAt) },
      product: {
        productId: result.productId,
        name: result.productName,
        slug: result.productSlug,
        isStorefrontAccessible: result.isStorefrontAccessible,
        ...presentPicture(app, result, result.productName),
      },
    })),
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : encodeCursor({ createdAt: last.instant, id: last.result.id }),
  };
}
