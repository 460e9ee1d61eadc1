import { Problem } from '../../../kernel/problems.ts';
import type { OrderTicket } from '../../kuji/index.ts';
import type { OrderWithLines } from '../../orders/index.ts';
import type { RefundLine } from '../queries/keep-refunds.ts';
import type { RefundBody } from '../refunds.contract.ts';
import { refundsProblems } from '../refunds.problems.ts';

type Weighed = {
  amountCents: number;
  lines: RefundLine[];
  ticketIds: string[];
  includesShipping: boolean;
};

/** What an order still has to give back. Refunds that may yet move money have been taken off. */
export type Left = {
  remainingCents: number;
  /** Standard lines only, by their id; none at zero. */
  quantities: ReadonlyMap<string, number>;
  tickets: readonly OrderTicket[];
  /** Some that were paid for have no numbers yet: whoever chooses all the rest leaves them. */
  hasUndrawnTickets: boolean;
  shipping: boolean;
};

/**
 * Turns a request into an amount and the goods it stands for. Chosen goods bring their share of the tax; whoever takes
 * the last of them gets all that remains, so that no cent is left over by rounding.
 *
 * @throws Problem REFUND_EXCEEDS_REMAINING, REFUND_ITEM_NOT_AVAILABLE
 */
export function weighRefund(order: OrderWithLines, left: Left, body: RefundBody): Weighed {
  const chosen = chooseGoods(order, left, body);
  const amountCents =
    body.amountCents ?? (isForAll(body) ? left.remainingCents : priceOf(order, left, chosen));
  if (amountCents < 1 || amountCents > left.remainingCents) {
    throw new Problem(refundsProblems.REFUND_EXCEEDS_REMAINING, {
      details: { remainingCents: left.remainingCents },
    });
  }
  return { amountCents, ...chosen };
}

/** Nothing is chosen: all that is left is meant. */
function isForAll({ lines = [], ticketIds = [], includeShipping }: RefundBody): boolean {
  return lines.length + ticketIds.length === 0 && includeShipping !== true;
}

type Chosen = Omit<Weighed, 'amountCents'>;

function chooseGoods(order: OrderWithLines, left: Left, body: RefundBody): Chosen {
  if (body.amountCents !== undefined) return { lines: [], ticketIds: [], includesShipping: false };
  const isAll = isForAll(body);
  const wanted = new Map<string, number>(isAll ? left.quantities : []);
  for (const { orderLineId, quantity } of body.lines ?? []) {
    wanted.set(orderLineId, (wanted.get(orderLineId) ?? 0) + quantity);
  }
  const ticketIds = isAll ? left.tickets.map(({ id }) => id) : [...new Set(body.ticketIds ?? [])];
  const includesShipping = isAll ? left.shipping : body.includeShipping === true;
  const isAvailable =
    [...wanted].every(([id, quantity]) => quantity <= (left.quantities.get(id) ?? 0)) &&
    ticketIds.every((id) => left.tickets.some((ticket) => ticket.id === id)) &&
    (left.shipping || !includesShipping);
  if (!isAvailable) throw new Problem(refundsProblems.REFUND_ITEM_NOT_AVAILABLE);
  const lines = [...wanted].map(([orderLineId, quantity]) => ({
    orderLineId,
    quantity,
    amountCents: quantity * unitPriceOf(order, orderLineId),
  }));
  return { lines, ticketIds, includesShipping };
}

function priceOf(order: OrderWithLines, left: Left, chosen: Chosen): number {
  const isLast =
    !left.hasUndrawnTickets &&
    chosen.ticketIds.length === left.tickets.length &&
    chosen.includesShipping === left.shipping &&
    [...left.quantities].every(([id, quantity]) =>
      chosen.lines.some((line) => line.orderLineId === id && line.quantity === quantity),
    );
  if (isLast) return left.remainingCents;
  let goodsCents = chosen.lines.reduce((sum, line) => sum + line.amountCents, 0);
  for (const ticketId of chosen.ticketIds) {
    const ticket = left.tickets.find(({ id }) => id === ticketId);
    if (ticket) goodsCents += unitPriceOf(order, ticket.orderLineId);
  }
  const { subtotalCents, discountCents, shippingCents, taxCents } = order;
  const paidForGoods = subtotalCents - discountCents;
  const netCents =
    (subtotalCents === 0 ? 0 : (goodsCents * paidForGoods) / subtotalCents) +
    (chosen.includesShipping ? shippingCents : 0);
  const taxedCents = paidForGoods + shippingCents;
  const taxShare = taxedCents === 0 ? 0 : (taxCents * netCents) / taxedCents;
  return Math.round(netCents + taxShare);
}

function unitPriceOf(order: OrderWithLines, orderLineId: string): number {
  return order.lines.find((line) => line.id === orderLineId)?.unitPriceCents ?? 0;
}
