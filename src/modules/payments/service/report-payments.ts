import { and, desc, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { paymentCheck } from '../../../db/schema/payments.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type { PaymentsReport, PaymentsReportQuery } from '../payments.admin-contract.ts';

/** Ids are sortable by time, so the id alone is a place in the list. */
const positionSchema = z.strictObject({ id: z.guid() });
const differs = sql`cardinality(${paymentCheck.differences}) > 0`;

/** One page of the money beside what it should be, newest first, with sums over all. */
export async function reportPayments(
  app: App,
  query: PaymentsReportQuery,
): Promise<PaymentsReport> {
  const position = decodeCursor(query.cursor, positionSchema);
  const rows = await app.database.db
    .select()
    .from(paymentCheck)
    .where(
      and(
        query.onlyDifferences === 'true' ? differs : undefined,
        position === null ? undefined : lt(paymentCheck.paymentId, position.id),
      ),
    )
    .orderBy(desc(paymentCheck.paymentId))
    .limit(query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(presentCheck),
    totals: await sumUp(app),
    nextCursor:
      last === undefined || rows.length === shown.length
        ? null
        : encodeCursor({ id: last.paymentId }),
  };
}

async function sumUp(app: App): Promise<PaymentsReport['totals']> {
  const [sums] = await app.database.db
    .select({
      paymentCount: sql`count(*)`.mapWith(Number),
      // Sums of a year leave the range of an integer; a JavaScript number takes them exactly.
      receivedCents: sql`coalesce(sum(${paymentCheck.receivedCents}), 0)`.mapWith(Number),
      refundedCents: sql`coalesce(sum(${paymentCheck.refundedCents}), 0)`.mapWith(Number),
      differenceCount: sql`count(*) FILTER (WHERE ${differs})`.mapWith(Number),
    })
    .from(paymentCheck);
  return sums ?? { paymentCount: 0, receivedCents: 0, refundedCents: 0, differenceCount: 0 };
}

function presentCheck(row: typeof paymentCheck.$inferSelect): PaymentsReport['items'][number] {
  const { paymentId, orderId, publicId, orderStatus, state, differences } = row;
  return {
    paymentId,
    orderId,
    publicId,
    orderStatus,
    state,
    expected: {
      receivedCents: row.expectedCents,
      ledgerReceivedCents: row.ledgerReceivedCents,
      ledgerRefundedCents: row.ledgerRefundedCents,
      succeededRefundsCents: row.succeededRefundsCents,
    },
    actual: {
      receivedCents: row.receivedCents,
      receivedCurrency: row.receivedCurrency,
      refundedCents: row.refundedCents,
      openRefundsCents: row.openRefundsCents,
    },
    surplus: { receivedCents: row.surplusCents, returnedCents: row.surplusReturnedCents },
    differences,
  };
}
