import { and, asc, desc, eq, inArray, lt, notInArray } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import {
  refundLines,
  refunds,
  refundTickets,
  type RefundState,
} from '../../../db/schema/refunds.ts';

export type Refund = typeof refunds.$inferSelect;
type NewRefund = typeof refunds.$inferInsert;
export type RefundLine = { orderLineId: string; quantity: number; amountCents: number };

/** Refunds in these states moved no money and will not. */
export const ENDED_WITHOUT_MONEY: readonly RefundState[] = ['failed', 'canceled'];

/** What has gone back by these refunds, or may still: in cents. */
export function sumStanding(
  these: readonly Readonly<Pick<Refund, 'state' | 'amountCents'>>[],
): number {
  return these
    .filter(({ state }) => !ENDED_WITHOUT_MONEY.includes(state))
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
}

export async function insertRefund(
  tx: Tx,
  request: { refund: NewRefund; lines: readonly RefundLine[]; ticketIds: readonly string[] },
): Promise<Refund> {
  const { refund, lines, ticketIds } = request;
  const [row] = await tx.insert(refunds).values(refund).returning();
  if (!row) throw new Error('A refund was not written.');
  const { id: refundId, orderId } = row;
  if (lines.length > 0) {
    await tx.insert(refundLines).values(lines.map((line) => ({ ...line, refundId, orderId })));
  }
  if (ticketIds.length > 0) {
    await tx.insert(refundTickets).values(ticketIds.map((ticketId) => ({ refundId, ticketId })));
  }
  return row;
}

/** All refunds of an order, newest first. */
export function listRefunds(reader: Reader, orderId: string): Promise<Refund[]> {
  return reader
    .select()
    .from(refunds)
    .where(eq(refunds.orderId, orderId))
    .orderBy(desc(refunds.createdAt), desc(refunds.id));
}

export async function loadRefund(reader: Reader, id: string): Promise<Refund | null> {
  const [row] = await reader.select().from(refunds).where(eq(refunds.id, id));
  return row ?? null;
}

export async function findRefundByKey(
  reader: Reader,
  requestedBy: string,
  idempotencyKey: string,
): Promise<Refund | null> {
  const [row] = await reader
    .select()
    .from(refunds)
    .where(and(eq(refunds.requestedBy, requestedBy), eq(refunds.idempotencyKey, idempotencyKey)));
  return row ?? null;
}

export async function saveRefundState(
  tx: Tx,
  id: string,
  change: { state: RefundState; providerRef?: string },
): Promise<void> {
  await tx.update(refunds).set(change).where(eq(refunds.id, id));
}

/** What was chosen line by line and ticket by ticket, by refunds that may still move money. */
export async function loadChosen(
  reader: Reader,
  orderId: string,
): Promise<{ quantities: Map<string, number>; ticketIds: Set<string>; hasShipping: boolean }> {
  const counts = and(
    eq(refunds.orderId, orderId),
    notInArray(refunds.state, [...ENDED_WITHOUT_MONEY]),
  );
  const lines = await reader
    .select({ orderLineId: refundLines.orderLineId, quantity: refundLines.quantity })
    .from(refundLines)
    .innerJoin(refunds, eq(refunds.id, refundLines.refundId))
    .where(counts);
  const tickets = await reader
    .select({ ticketId: refundTickets.ticketId })
    .from(refundTickets)
    .innerJoin(refunds, eq(refunds.id, refundTickets.refundId))
    .where(counts);
  const [shipping] = await reader
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(counts, eq(refunds.includesShipping, true)))
    .limit(1);
  const quantities = new Map<string, number>();
  for (const { orderLineId, quantity } of lines) {
    quantities.set(orderLineId, (quantities.get(orderLineId) ?? 0) + quantity);
  }
  return {
    quantities,
    ticketIds: new Set(tickets.map(({ ticketId }) => ticketId)),
    hasShipping: shipping !== undefined,
  };
}

/** Goods and tickets of these refunds. */
export async function loadGoods(reader: Reader, refundIds: readonly string[]) {
  const ids = [...refundIds];
  const lines = await reader
    .select()
    .from(refundLines)
    .where(inArray(refundLines.refundId, ids))
    .orderBy(asc(refundLines.orderLineId));
  const tickets = await reader
    .select()
    .from(refundTickets)
    .where(inArray(refundTickets.refundId, ids));
  return { lines, tickets };
}

/** Refunds whose answer was lost, oldest first. */
export function findUnanswered(reader: Reader, before: Date, limit: number): Promise<Refund[]> {
  return reader
    .select()
    .from(refunds)
    .where(and(eq(refunds.state, 'requested'), lt(refunds.createdAt, before)))
    .orderBy(asc(refunds.createdAt))
    .limit(limit);
}
