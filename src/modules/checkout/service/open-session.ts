import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex, stableJson } from '../../../kernel/hash.ts';
import { Problem } from '../../../kernel/problems.ts';
import { identifyShopper } from '../../accounts/index.ts';
import type { CheckoutBody, OpenedSession } from '../checkout.contract.ts';
import { insertAttempt, insertRefusedAttempt, type AttemptKey } from '../checkout.queries.ts';
import { answerKnownAttempt } from './answer-known-attempt.ts';
import { closeOlderCheckouts } from './close-older-checkouts.ts';
import type { PaymentPage } from './find-or-create-session.ts';
import type { Browser } from './identify-browser.ts';
import { loadCartFacts } from './judge-cart.ts';
import { openPaymentPage } from './open-payment-page.ts';
import { readCart } from './read-cart.ts';
import { reserveCart, type Cart } from './reserve-cart.ts';

type OpenSessionRequest = {
  body: CheckoutBody;
  idempotencyKey: string;
  authorization: string | null;
  browser: Browser;
};

const OPEN_SESSION = 'POST /api/v1/checkout/session';

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
  const { body, browser, idempotencyKey } = request;
  const person = await identifyShopper(app, request.authorization);
  const read = await readCart(body, person);
  const { email, userId } = read;
  const key: AttemptKey = {
    actor: userId === null ? `guest:${sha256Hex(email).slice(0, 32)}` : `user:${userId}`,
    endpoint: OPEN_SESSION,
    idempotencyKey,
  };
  const bodyHash = sha256Hex(stableJson({ ...body, email, items: read.lines }));
  const shopper = { userId, email, browserHash: browser.isKnown ? browser.hash : null };
  const replaces = await closeOlderCheckouts(app, { shopper, key, bodyHash });
  const cart = { ...read, body, shopper, browserHash: browser.hash, replaces };

  const page = await reserve(app, cart, key, bodyHash);
  if (page === null) return answerKnownAttempt(app, { cart, key, bodyHash });
  return { opened: await openPaymentPage(app, page), replayed: false };
}

/** The new order's payment page, not open yet; null if the key is known already. */
async function reserve(
  app: App,
  cart: Cart,
  key: AttemptKey,
  bodyHash: string,
): Promise<PaymentPage | null> {
  const orderId = app.newId();
  try {
    return await inTx(app, 'checkout.reserve', async (tx, now) => {
      const { shopper } = cart;
      const attempt = { ...key, id: app.newId(), bodyHash, orderId, shopper, now };
      const isNew = await insertAttempt(tx, attempt);
      if (!isNew) return null;
      const facts = await loadCartFacts(tx, { cart, now });
      return reserveCart(tx, app, { orderId, cart, facts, now });
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
  await inTx(app, 'checkout.remember-refusal', (tx, now) =>
    insertRefusedAttempt(tx, { ...key, id: app.newId(), bodyHash, now }),
  );
}
