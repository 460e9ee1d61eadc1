import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { AdminOrder } from '../orders.admin-contract.ts';
import type { OrderDetail } from '../orders.contract.ts';
import { ordersProblems } from '../orders.problems.ts';
import { loadShipments } from '../queries/keep-shipments.ts';
import { loadEvents, loadMoney, loadNotes, loadRefunds } from '../queries/load-order-facts.ts';
import { presentNote } from './keep-notes.ts';
import { loadOrder } from './keep-order.ts';
import { presentParcel } from './present-shipment.ts';
import { viewOrder } from './view-order.ts';

/**
 * An order with everything that staff decide by.
 * @throws Problem ORDER_NOT_FOUND
 */
export async function showAdminOrder(app: App, orderId: string): Promise<AdminOrder> {
  const { db } = app.database;
  const order = await loadOrder(db, orderId);
  if (!order) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  const [view, parcels, events, notes, money, refunds] = await Promise.all([
    viewOrder(db, app, { orderId, audience: 'admin' }),
    loadShipments(db, orderId),
    loadEvents(db, orderId),
    loadNotes(db, orderId),
    loadMoney(db, orderId),
    loadRefunds(db, orderId),
  ]);
  return {
    ...view,
    attention: view.attention ?? null,
    createdAt: order.createdAt.toISOString(),
    discountCents: order.discountCents,
    parcels: parcels.map(presentParcel),
    packing: describePacking(view, order.disputedAt !== null),
    payment: money && {
      sessionId: money.sessionId,
      intentId: money.intentId,
      receivedCents: money.receivedCents,
      receivedCurrency: money.receivedCurrency,
      refundedCents: money.refundedCents,
    },
    refunds: refunds.map((refund) => ({ ...refund, createdAt: refund.createdAt.toISOString() })),
    timeline: events.map(({ kind, fromStatus, toStatus, actor, details, createdAt }) => ({
      kind,
      fromStatus,
      toStatus,
      actor,
      details,
      createdAt: createdAt.toISOString(),
    })),
    notes: notes.map(presentNote),
  };
}

/** Packing opens what is closed; whoever is about to pack learns of it here first. */
function describePacking(
  { status, tickets }: OrderDetail,
  isDisputed: boolean,
): AdminOrder['packing'] {
  const isAllowed = status === 'paid' && !isDisputed;
  const willRevealTickets = isAllowed
    ? tickets.filter(({ revealedAt, voidedAt }) => revealedAt === null && voidedAt === null).length
    : 0;
  return {
    isAllowed,
    willRevealTickets,
    notice:
      willRevealTickets === 0
        ? null
        : `The shopper has not opened ${willRevealTickets === 1 ? 'one ticket' : `${String(willRevealTickets)} tickets`} yet. Packing opens ${willRevealTickets === 1 ? 'it' : 'them'}.`,
  };
}
