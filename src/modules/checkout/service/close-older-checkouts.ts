import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { findUnpaidOrders } from '../../orders/index.ts';
import { findAttempt, type AttemptKey } from '../checkout.queries.ts';
import type { ShopperIdentity } from '../queries/lock-shopper.ts';
import { closePaymentPage } from './close-payment-page.ts';
import { finaliseOrder } from './finalise-order.ts';

/**
 * Closes the payment pages of a shopper who starts again, so that he is not blocked by what he holds himself. Answers the
 * orders that nobody can pay any more: the new checkout takes their goods in its own transaction. By account or browser,
 * never by e-mail, which strangers know.
 *
 * What was paid meanwhile is finalised, and what a bank is working on stays. While Stripe does not answer, the old
 * checkout keeps its goods, and the new one has to do with what is left.
 */
export async function closeOlderCheckouts(
  app: App,
  request: { shopper: ShopperIdentity; key: AttemptKey; bodyHash: string },
): Promise<string[]> {
  const { shopper, key, bodyHash } = request;
  if (shopper.userId === null && shopper.browserHash === null) return [];
  const { db } = app.database;
  const older = await findUnpaidOrders(db, shopper);
  if (older.length === 0) return [];
  // Read after the orders: an order that was seen has its attempt. A repeat must not end the very checkout it asks for.
  const attempt = await findAttempt(db, key);
  const isNew = attempt === null || (attempt.state === 'failed' && attempt.bodyHash === bodyHash);
  if (!isNew) return [];
  const closed = await Promise.all(older.map((orderId) => closeOrKeep(app, orderId)));
  return older.filter((_, index) => closed[index] === true);
}

async function closeOrKeep(app: App, orderId: string): Promise<boolean> {
  try {
    const page = await closePaymentPage(app, orderId);
    if (page.state === 'closed') return true;
    await finaliseOrder(app, { sessionId: page.sessionId, actor: 'shopper' });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    app.log.warn({ err: error, orderId }, 'an older checkout could not be closed');
  }
  return false;
}
