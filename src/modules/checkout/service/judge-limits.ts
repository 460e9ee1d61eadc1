import { Problem } from '../../../kernel/problems.ts';
import type { ProvinceCode } from '../../pricing/index.ts';
import type { CheckoutRules, KujiSettings } from '../../settings/index.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import type { History } from '../queries/load-history.ts';
import type { PricedLine } from './price-lines.ts';

/** Of somebody whom nobody asked about: only what the cart itself exceeds is refused. */
export const NO_HISTORY: History = {
  openOfShopper: 0,
  openOfMailbox: 0,
  ticketsToday: 0,
  units: {},
  tickets: {},
};

type Order = {
  lines: readonly PricedLine[];
  province: ProvinceCode;
  isGuest: boolean;
  rules: CheckoutRules;
  history: History;
};

/**
 * Refuses what one person may not buy, though there may be enough of it.
 * @throws Problem TOO_MANY_OPEN_CHECKOUTS, PURCHASE_LIMIT_EXCEEDED, KUJI_SALES_PAUSED, KUJI_REGION_BLOCKED,
 *   KUJI_LIMIT_EXCEEDED
 */
export function judgeLimits(order: Order): void {
  judgeOpenCheckouts(order);
  judgePurchaseLimits(order);
  judgeKuji(order);
}

function judgeOpenCheckouts({ isGuest, history, rules }: Order): void {
  const { maxOpenPerShopper, maxOpenPerMailbox } = rules.checkout;
  if (history.openOfShopper >= maxOpenPerShopper) {
    throw tooManyOpen(maxOpenPerShopper);
  }
  // Not of an account: strangers can open checkouts under its e-mail, and it has the count above.
  if (isGuest && history.openOfMailbox >= maxOpenPerMailbox) throw tooManyOpen(maxOpenPerMailbox);
}

function tooManyOpen(allowed: number): Problem {
  return new Problem(checkoutProblems.TOO_MANY_OPEN_CHECKOUTS, { details: { allowed } });
}

/** A product's limit holds over all its variants. */
function judgePurchaseLimits({ lines, history }: Order): void {
  const limited = new Map<string, { limit: number; requested: number }>();
  for (const { productId, purchaseLimit, quantity } of lines) {
    if (purchaseLimit === null) continue;
    const requested = (limited.get(productId)?.requested ?? 0) + quantity;
    limited.set(productId, { limit: purchaseLimit, requested });
  }
  const exceeded = [...limited]
    .map(([productId, { limit, requested }]) => {
      const allowed = Math.max(0, limit - (history.units[productId] ?? 0));
      return { productId, limit, requested, allowed };
    })
    .filter(({ requested, allowed }) => requested > allowed);
  if (exceeded.length > 0) {
    throw new Problem(checkoutProblems.PURCHASE_LIMIT_EXCEEDED, { details: { lines: exceeded } });
  }
}

function judgeKuji({ lines, province, rules: { kuji }, history }: Order): void {
  const ticketsOfSet = new Map<string, number>();
  for (const { kujiSetId, quantity } of lines) {
    if (kujiSetId === null) continue;
    ticketsOfSet.set(kujiSetId, (ticketsOfSet.get(kujiSetId) ?? 0) + quantity);
  }
  if (ticketsOfSet.size === 0) return;
  if (kuji.isStopped) throw new Problem(checkoutProblems.KUJI_SALES_PAUSED);
  if (kuji.blockedProvinces.includes(province)) {
    throw new Problem(checkoutProblems.KUJI_REGION_BLOCKED, { details: { province } });
  }
  const requested = [...ticketsOfSet.values()].reduce((sum, tickets) => sum + tickets, 0);
  judgeTickets('order', kuji.maxTicketsPerOrder, { had: 0, requested });
  judgeTickets('day', kuji.maxTicketsPerPersonAndDay, { had: history.ticketsToday, requested });
  for (const [setId, tickets] of ticketsOfSet) {
    const had = history.tickets[setId] ?? 0;
    judgeTickets('set', kuji.maxTicketsPerPersonAndSet, { had, requested: tickets });
  }
}

function judgeTickets(
  limit: 'order' | 'set' | 'day',
  max: KujiSettings['maxTicketsPerOrder'],
  { had, requested }: { had: number; requested: number },
): void {
  if (max === null || had + requested <= max) return;
  const allowed = Math.max(0, max - had);
  throw new Problem(checkoutProblems.KUJI_LIMIT_EXCEEDED, {
    details: { limit, max, requested, allowed },
  });
}
