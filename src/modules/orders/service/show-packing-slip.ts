import type { Page } from '../../../http/send-page.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { viewTickets, type Ticket } from '../../kuji/index.ts';
import { describeAddress } from '../mails/describe-order.ts';
import { ordersProblems } from '../orders.problems.ts';
import { writePackingSlip, type SlipLine, type SlipTicket } from '../pages/write-packing-slip.ts';
import { loadRefundedQuantities } from '../queries/load-order-facts.ts';
import { loadShipments } from '../queries/keep-shipments.ts';
import { loadOrder, type OrderLine, type OrderWithLines } from './keep-order.ts';
import { nameStatus } from './name-status.ts';

/**
 * The page that lies beside the box while it is packed. It shows what the database tells to anybody: closed tickets keep
 * their prizes to themselves.
 *
 * @throws Problem ORDER_NOT_FOUND
 */
export async function showPackingSlip(app: App, orderId: string): Promise<Page> {
  const { db } = app.database;
  const order = await loadOrder(db, orderId);
  if (!order) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  const refunded = await loadRefundedQuantities(db, orderId);
  const tickets = await viewTickets(db, app.storage, [orderId]);
  return writePackingSlip({
    publicId: order.publicId,
    placedAt: order.placedAt ?? order.createdAt,
    warning: warnOf(order),
    address: describeAddress(order.shippingAddress).text,
    phone: order.shippingAddress.phone ?? order.customerSnapshot.phone,
    note: order.customerNote,
    lines: order.lines.map((line) => toSlipLine(line, refunded.get(line.id) ?? 0)),
    tickets: tickets.map(toSlipTicket),
    parcels: await loadShipments(db, orderId),
  });
}

function warnOf({ status, disputedAt }: OrderWithLines): string | null {
  if (disputedAt !== null) return 'Do not pack or ship: the payment of this order is disputed.';
  if (status === 'paid' || status === 'packed' || status === 'shipped') return null;
  return `Do not pack or ship: this order is ${nameStatus(status)}.`;
}

function toSlipLine(line: OrderLine, refundedQuantity: number): SlipLine {
  return {
    name: line.productName,
    variant: line.variantName,
    sku: line.variantSku,
    quantity: Math.max(0, line.quantity - refundedQuantity),
    refundedQuantity,
  };
}

function toSlipTicket(ticket: Ticket): SlipTicket {
  return {
    ticketNumber: ticket.ticketNumber,
    productName: ticket.kujiProduct.name,
    prize: ticket.prize,
    isVoided: ticket.voidedAt !== null,
  };
}
