import type { Tx } from '../../../db/client.ts';
import { findLiveHolds } from '../../inventory/index.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { loadCheckoutRules, type CheckoutRules } from '../../settings/index.ts';
import { loadSellables } from '../checkout.queries.ts';
import { loadHistory } from '../queries/load-history.ts';
import type { ShopperIdentity } from '../queries/lock-shopper.ts';
import { judgeLimits } from './judge-limits.ts';
import { priceLines, type PricedLine } from './price-lines.ts';
import type { ReadCart } from './read-cart.ts';

/**
 * Step: prices of this moment, and whether this shopper may have the cart. What the orders hold that it replaces counts
 * neither against him nor as gone. The caller has locked the shopper.
 *
 * @throws Problem of products, limits and stock
 */
export async function judgeCart(
  tx: Tx,
  request: {
    cart: ReadCart & { shopper: ShopperIdentity };
    older: readonly LockedOrder[];
    now: Date;
  },
): Promise<{ lines: PricedLine[]; rules: CheckoutRules }> {
  const { cart, now } = request;
  const productIds = cart.lines.map((line) => line.productId);
  const olderIds = request.older.map((order) => order.id);
  const sellables = await loadSellables(tx, productIds);
  const lines = priceLines(cart.lines, sellables, await findLiveHolds(tx, olderIds));
  const rules = await loadCheckoutRules(tx);
  const history = await loadHistory(tx, {
    shopper: cart.shopper,
    except: olderIds,
    productIds,
    setIds: lines.flatMap(({ kujiSetId }) => (kujiSetId === null ? [] : [kujiSetId])),
    now,
  });
  const { province } = cart.address;
  judgeLimits({ lines, province, isGuest: cart.userId === null, rules, history });
  return { lines, rules };
}
