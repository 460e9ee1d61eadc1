import type { Tx } from '../../../db/client.ts';
import { findLiveHolds } from '../../inventory/index.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { loadCheckoutRules, type CheckoutRules } from '../../settings/index.ts';
import { loadSellables, type Sellable } from '../checkout.queries.ts';
import { loadHistory, type History } from '../queries/load-history.ts';
import type { ShopperIdentity } from '../queries/lock-shopper.ts';
import { lockUnpaid } from './exchange-holds.ts';
import { judgeLimits } from './judge-limits.ts';
import { priceLines, type PricedLine } from './price-lines.ts';
import type { ReadCart } from './read-cart.ts';

/** What a cart is judged by, as it is under the shopper's lock. */
export type CartFacts = {
  /** Unpaid orders that the new one replaces, locked. */
  older: readonly LockedOrder[];
  /** What they hold: inventory id → units. */
  heldByOlder: ReadonlyMap<string, number>;
  sellables: readonly Sellable[];
  rules: CheckoutRules;
  history: History;
};

/**
 * Step: reads everything that decides about a cart, in one packet. Locks the orders that it replaces: what they hold counts
 * neither against the shopper nor as gone. The caller has locked the shopper, in a statement that has been answered: a
 * count that is sent with it could be older than the wait.
 */
export async function loadCartFacts(
  tx: Tx,
  request: {
    cart: ReadCart & { shopper: ShopperIdentity; replaces: readonly string[] };
    now: Date;
  },
): Promise<CartFacts> {
  const { cart, now } = request;
  const older = await lockUnpaid(tx, cart.replaces);
  const except = older.map((order) => order.id);
  const productIds = cart.lines.map((line) => line.productId);
  const [sellables, heldByOlder, rules, history] = await Promise.all([
    loadSellables(tx, cart.lines),
    findLiveHolds(tx, except),
    loadCheckoutRules(tx),
    loadHistory(tx, { shopper: cart.shopper, except, productIds, now }),
  ]);
  return { older, heldByOlder, sellables, rules, history };
}

/**
 * Prices of this moment, and whether this shopper may have the cart.
 *
 * @throws Problem of products, limits and stock
 */
export function judgeCart(cart: ReadCart, facts: CartFacts): PricedLine[] {
  const { rules, history } = facts;
  const lines = priceLines(cart.lines, facts.sellables, facts.heldByOlder);
  const { province } = cart.address;
  judgeLimits({ lines, province, isGuest: cart.userId === null, rules, history });
  return lines;
}
