import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex, stableJson } from '../../../kernel/hash.ts';
import { Problem } from '../../../kernel/problems.ts';
import { identifyShopper } from '../../accounts/index.ts';
import type { CheckoutBody, OpenedSession } from '../checkout.contract.ts';
import { insertAttempt, type AttemptKey } from '../checkout.queries.ts';
import { answerKnownAttempt } from './answer-known-attempt.ts';
import { openPaymentPage } from './open-payment-page.ts';
import { readCart } from './read-cart.ts';
import { readIdempotencyKey } from './read-idempotency-key.ts';
import { reserveCart, type Cart } from './reserve-cart.ts';

export type OpenSessionRequest = {
  body: CheckoutBody;
  idempotencyKey: string | null;
  authorization: string | null;
};

export const OPEN_SESSION = 'POST /api/v1/checkout/session';

/**
 * Use case: holds a cart for ten minutes and opens its payment page.
 *
 * Three phases around Stripe: what is intended is committed (order, holds, the very parameters of the session), Stripe is
 * called, what happened is committed. A crash between two of them leaves a row from which the same key, or the expiry
 * job, goes on. The key is looked up before stock is: a retry for the last unit would otherwise be refused because of its
 * own hold.
 *
 * @throws Problem see `openSessionRoute`
 */
export async function openSession(
  app: App,
  request: OpenSessionRequest,
): Promise<{ opened: OpenedSession; replayed: boolean }> {
  const idempotencyKey = readIdempotencyKey(request.idempotencyKey);
  const shopper = await identifyShopper(app, request.authorization);
  const cart = { ...(await readCart(request.body, shopper)), body: request.body };
  const key: AttemptKey = {
    actor: shopper ? `user:${shopper.userId}` : `guest:${sha256Hex(cart.email).slice(0, 32)}`,
    endpoint: OPEN_SESSION,
    idempotencyKey,
  };
  const bodyHash = sha256Hex(stableJson({ ...request.body, email: cart.email, items: cart.lines }));

  const orderId = await reserve(app, cart, key, bodyHash);
  if (orderId === null) return answerKnownAttempt(app, { cart, key, bodyHash });
  return { opened: await openPaymentPage(app, orderId), replayed: false };
}

/** The new order's id, or null if the key is known already. */
async function reserve(
  app: App,
  cart: Cart,
  key: AttemptKey,
  bodyHash: string,
): Promise<string | null> {
  const orderId = app.newId();
  try {
    return await inTx(app, 'checkout.reserve', async (tx, now) => {
      const isNew = await insertAttempt(tx, { ...key, id: app.newId(), bodyHash, orderId, now });
      if (!isNew) return null;
      await reserveCart(tx, app, { orderId, cart, now });
      return orderId;
    });
  } catch (error) {
    if (error instanceof Problem) await rememberRefusal(app, key, bodyHash);
    throw error;
  }
}

/**
 * A refusal (no stock, say) is not sticky: the same body may run again under its key. But the key stays bound to that
 * body, so it is remembered apart from the transaction that was undone.
 */
async function rememberRefusal(app: App, key: AttemptKey, bodyHash: string): Promise<void> {
  await inTx(app, 'checkout.remember-refusal', async (tx, now) => {
    await insertAttempt(tx, {
      ...key,
      id: app.newId(),
      bodyHash,
      orderId: null,
      now,
      failed: true,
    });
  });
}
