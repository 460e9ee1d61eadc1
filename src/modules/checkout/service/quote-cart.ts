import { readNow } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { identifyShopper } from '../../accounts/index.ts';
import { computeQuote, type Quote } from '../../pricing/index.ts';
import { loadCheckoutRules } from '../../settings/index.ts';
import type { QuoteBody } from '../checkout.contract.ts';
import { loadSellables } from '../checkout.queries.ts';
import { judgeLimits, NO_HISTORY } from './judge-limits.ts';
import { priceLines } from './price-lines.ts';
import { readCart } from './read-cart.ts';

/**
 * Use case: what a cart costs, by the same steps as a checkout but without holding anything. A quote informs; only the
 * statement that takes the hold decides. What a person bought before is not asked: the e-mail may be a stranger's.
 * @throws Problem see `quoteRoute`
 */
export async function quoteCart(
  app: App,
  request: { body: QuoteBody; authorization: string | null },
): Promise<Quote> {
  const { db } = app.database;
  const shopper = await identifyShopper(app, request.authorization);
  const { lines, address } = await readCart(request.body, shopper);
  const [sellables, rules, quotedAt] = await Promise.all([
    loadSellables(db, lines),
    loadCheckoutRules(db),
    readNow(app),
  ]);
  const priced = priceLines(lines, sellables);
  const { province } = address;
  judgeLimits({ lines: priced, province, isGuest: true, rules, history: NO_HISTORY });
  return computeQuote({
    lines: priced,
    province,
    postalCode: address.postalCode,
    shippingSettings: rules.shipping,
    quotedAt,
  });
}
