import { and, asc, eq, getViewSelectedFields } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { orderLines, orders } from '../../../db/schema/orders.ts';
import { shipments } from '../../../db/schema/orders-follow-up.ts';
import { orderKujiResults, orderLineMedia } from '../../../db/schema/orders-views.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { AccountOrderDetail } from '../orders.account-contract.ts';
import { ordersProblems } from '../orders.problems.ts';
import { isOfAccount } from './find-account-order.ts';
import { presentBought, presentResult, presentSummary } from './present-account-order.ts';
import { formatInstant, viewAddress } from './view-order.ts';

type Which = { userId: string; publicId: string };

/**
 * Use case: an order as its account shows it, without its internal id. Its lines and its tickets are read at the same
 * time, so that the page waits for the database once.
 *
 * @throws Problem ORDER_NOT_FOUND, for foreign and hidden ones as well
 */
export async function showAccountOrder(app: App, which: Which): Promise<AccountOrderDetail> {
  const { db } = app.database;
  const [rows, results] = await Promise.all([loadLines(db, which), loadResults(db, which)]);
  const [first] = rows;
  if (!first) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  const { order, shipment } = first;
  return {
    ...presentSummary(order, shipment),
    includesLastOnePrize: results.some(
      ({ kind, revealedAt, voidedAt }) =>
        kind === 'last_one' && revealedAt !== null && voidedAt === null,
    ),
    customerNote: order.customerNote,
    paidAt: formatInstant(order.paidAt),
    cancelledAt: formatInstant(order.cancelledAt),
    refundedAt: formatInstant(order.refundedAt),
    shippingAddress: viewAddress(order.shippingAddress),
    billingAddress: order.billingAddress && viewAddress(order.billingAddress),
    customer: order.customerSnapshot,
    items: rows.map(({ line, media }) => ({
      ...presentBought(app, { line, media }),
      unitPriceCents: line.unitPriceCents,
      lineTotalCents: line.lineTotalCents,
      kujiResults: results.filter((row) => row.orderLineId === line.id).map(presentResult),
    })),
  };
}

/** The order, as often as it has lines, of which every order has one. */
function loadLines(reader: Reader, { userId, publicId }: Which) {
  return reader
    .select({
      order: orders,
      line: orderLines,
      media: getViewSelectedFields(orderLineMedia),
      shipment: shipments,
    })
    .from(orders)
    .innerJoin(orderLines, eq(orderLines.orderId, orders.id))
    .leftJoin(orderLineMedia, eq(orderLineMedia.orderLineId, orderLines.id))
    .leftJoin(shipments, and(eq(shipments.orderId, orders.id), eq(shipments.position, 1)))
    .where(and(eq(orders.publicId, publicId), isOfAccount(userId)))
    .orderBy(asc(orderLines.lineNumber));
}

async function loadResults(reader: Reader, { userId, publicId }: Which) {
  const rows = await reader
    .select({ result: getViewSelectedFields(orderKujiResults) })
    .from(orders)
    .innerJoin(orderKujiResults, eq(orderKujiResults.orderId, orders.id))
    .where(and(eq(orders.publicId, publicId), isOfAccount(userId)))
    .orderBy(asc(orderKujiResults.createdAt), asc(orderKujiResults.id));
  return rows.map(({ result }) => result);
}
