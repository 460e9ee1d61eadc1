import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { inTx, type Tx } from '../../../db/client.ts';
import { orders, type OrderStatus } from '../../../db/schema/orders.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { kujiProblems, revealAll, revealTicket } from '../../kuji/index.ts';
import type { TicketList } from '../orders.contract.ts';
import { ordersProblems } from '../orders.problems.ts';
import { listTickets } from './list-tickets.ts';

/** Where an order must be for its tickets to be opened. */
export const REVEALABLE_STATUSES: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'paid',
  'packed',
  'shipped',
]);

/**
 * Use case: opens one ticket of an order that the caller may see. Repeats change nothing.
 * @throws Problem ORDER_NOT_REVEALABLE, TICKET_NOT_FOUND, TICKET_VOIDED
 */
export async function revealOneTicket(
  app: App,
  request: { orderId: string; ticketId: string },
): Promise<TicketList['tickets'][number]> {
  const { orderId, ticketId } = request;
  if (!z.uuid().safeParse(ticketId).success) throw new Problem(kujiProblems.TICKET_NOT_FOUND);
  return inTx(app, 'orders.reveal-ticket', async (tx, now) => {
    await requireRevealable(tx, orderId);
    await revealTicket(tx, { orderId, ticketId, now });
    const { tickets } = await listTickets(tx, app, orderId);
    const ticket = tickets.find(({ id }) => id === ticketId.toLowerCase());
    if (!ticket) throw new Error(`Ticket ${ticketId} was opened and is not listed.`);
    return ticket;
  });
}

/**
 * Use case: opens everything of an order that is still closed, and answers all its tickets.
 * @throws Problem ORDER_NOT_REVEALABLE
 */
export function revealAllTickets(app: App, request: { orderId: string }): Promise<TicketList> {
  const { orderId } = request;
  return inTx(app, 'orders.reveal-all', async (tx, now) => {
    await requireRevealable(tx, orderId);
    await revealAll(tx, { orderId, now });
    return listTickets(tx, app, orderId);
  });
}

/**
 * Reads without a lock, so that two reveals at once need not wait: whoever takes tickets back holds their set's lock,
 * which decides between the two.
 */
async function requireRevealable(tx: Tx, orderId: string): Promise<void> {
  const [order] = await tx
    .select({ status: orders.status, disputedAt: orders.disputedAt })
    .from(orders)
    .where(eq(orders.id, orderId));
  // Opened, a ticket cannot go back to its box: while the money may, it stays closed.
  if (!order || !REVEALABLE_STATUSES.has(order.status) || order.disputedAt !== null) {
    throw new Problem(ordersProblems.ORDER_NOT_REVEALABLE);
  }
}
