import { setTimeout as wait } from 'node:timers/promises';
import { inTx } from '../../../db/client.ts';
import { idempotencyProblems } from '../../../http/idempotency-problems.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { openSessionRoute, type OpenedSession } from '../checkout.contract.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import {
  findAttempt,
  insertAttempt,
  leaseAttempt,
  restartAttempt,
  type Attempt,
  type AttemptKey,
} from '../checkout.queries.ts';
import { lockShopper } from '../queries/lock-shopper.ts';
import { loadCartFacts } from './judge-cart.ts';
import { openPaymentPage, resumePaymentPage } from './open-payment-page.ts';
import { requirePending } from './require-pending.ts';
import { reserveCart, type Cart } from './reserve-cart.ts';

type Known = { cart: Cart; key: AttemptKey; bodyHash: string };
type Answer = { opened: OpenedSession; replayed: boolean };

// The storefront reads a 409 of this call as "items unavailable", so waiting for the first request is kinder.
const POLL_MS = 200;
const MAX_POLLS = 40;

/**
 * Answers a request whose key is known: replays, goes on where the first one stopped, or refuses.
 * @throws Problem IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, CHECKOUT_COMPLETED, CHECKOUT_ENDED, and those of a
 *   first try
 */
export async function answerKnownAttempt(app: App, known: Known): Promise<Answer> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    const attempt = await findAttempt(app.database.db, known.key);
    if (attempt && attempt.bodyHash !== known.bodyHash) {
      throw new Problem(idempotencyProblems.IDEMPOTENCY_KEY_REUSED);
    }
    const answer = await advance(app, known, attempt);
    if (answer) return answer;
    await wait(POLL_MS);
  }
  throw new Problem(checkoutProblems.IDEMPOTENCY_IN_PROGRESS);
}

/** One look at the attempt: its answer, or null if another request is at work on it. */
async function advance(app: App, known: Known, attempt: Attempt | null): Promise<Answer | null> {
  // Forgotten since, or failed: run it (again).
  if (!attempt || attempt.state === 'failed') return rerun(app, known, attempt);
  if (attempt.state === 'done') return replay(app, attempt);
  return takeOver(app, attempt);
}

async function rerun(app: App, known: Known, attempt: Attempt | null): Promise<Answer | null> {
  const { cart, key, bodyHash } = known;
  const orderId = app.newId();
  const page = await inTx(app, 'checkout.reserve-again', async (tx, now) => {
    if (attempt) await lockShopper(tx, cart.shopper);
    const taken = attempt
      ? await restartAttempt(tx, { attemptId: attempt.id, orderId, now })
      : await insertAttempt(tx, {
          ...key,
          id: app.newId(),
          bodyHash,
          orderId,
          shopper: cart.shopper,
          now,
        });
    if (!taken) return null;
    const facts = await loadCartFacts(tx, { cart, now });
    return reserveCart(tx, app, { orderId, cart, facts, now });
  });
  return page && { opened: await openPaymentPage(app, page), replayed: false };
}

/** The first request is gone (crashed, or lost Stripe's answer): go on with its order. */
async function takeOver(app: App, attempt: Attempt): Promise<Answer | null> {
  const { orderId } = attempt;
  if (orderId === null) return null;
  const isOurs = await inTx(app, 'checkout.take-over', (tx, now) =>
    leaseAttempt(tx, { attemptId: attempt.id, now }),
  );
  if (!isOurs) return null;
  return { opened: await resumePaymentPage(app, orderId), replayed: true };
}

async function replay(app: App, attempt: Attempt): Promise<Answer> {
  const { orderId, responseBody } = attempt;
  if (orderId === null) throw new Error(`Attempt ${attempt.id} was answered about no order.`);
  await requirePending(app, orderId);
  const opened = openSessionRoute.replies[201].parse(responseBody);
  const session = await app.stripe.retrieveSession(opened.sessionId);
  if (session?.status === 'complete') throw new Problem(checkoutProblems.CHECKOUT_COMPLETED);
  if (session?.status !== 'open' || session.url === null) {
    throw new Problem(checkoutProblems.CHECKOUT_ENDED);
  }
  return { opened, replayed: true };
}
