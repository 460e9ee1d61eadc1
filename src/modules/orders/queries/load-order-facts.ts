import { asc, desc, eq } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { orderEvents, orderNotes } from '../../../db/schema/orders-follow-up.ts';
import { orderMoney, orderRefundedLines, orderRefunds } from '../../../db/schema/orders-views.ts';

export type NoteRow = typeof orderNotes.$inferSelect;

/** Everything that happened to an order, oldest first. */
export function loadEvents(reader: Reader, orderId: string) {
  return reader
    .select()
    .from(orderEvents)
    .where(eq(orderEvents.orderId, orderId))
    .orderBy(asc(orderEvents.id));
}

/** Writes an event that changes no status; answers its number, which names what follows from it. */
export async function insertEvent(
  tx: Tx,
  event: Pick<typeof orderEvents.$inferInsert, 'orderId' | 'kind' | 'actor' | 'details'> & {
    now: Date;
  },
): Promise<bigint> {
  const { now, ...values } = event;
  const [row] = await tx
    .insert(orderEvents)
    .values({ ...values, createdAt: now })
    .returning({ id: orderEvents.id });
  if (!row) throw new Error('An event was not written.');
  return row.id;
}

/** What colleagues wrote about an order, oldest first. */
export function loadNotes(reader: Reader, orderId: string): Promise<NoteRow[]> {
  return reader
    .select()
    .from(orderNotes)
    .where(eq(orderNotes.orderId, orderId))
    .orderBy(asc(orderNotes.id));
}

export async function insertNote(tx: Tx, note: typeof orderNotes.$inferInsert): Promise<void> {
  await tx.insert(orderNotes).values(note);
}

/** What was asked of Stripe and what came; null for an order of which Stripe was never told. */
export async function loadMoney(reader: Reader, orderId: string) {
  const [row] = await reader.select().from(orderMoney).where(eq(orderMoney.orderId, orderId));
  return row ?? null;
}

/** All refunds of an order, newest first. */
export function loadRefunds(reader: Reader, orderId: string) {
  return reader
    .select()
    .from(orderRefunds)
    .where(eq(orderRefunds.orderId, orderId))
    .orderBy(desc(orderRefunds.createdAt), desc(orderRefunds.id));
}

/** How much of each line is paid back, by its id. */
export async function loadRefundedQuantities(
  reader: Reader,
  orderId: string,
): Promise<Map<string, number>> {
  const rows = await reader
    .select()
    .from(orderRefundedLines)
    .where(eq(orderRefundedLines.orderId, orderId));
  return new Map(rows.map(({ orderLineId, quantity }) => [orderLineId, quantity]));
}
