import { inTx } from '../../../db/client.ts';
import type { RefundState } from '../../../db/schema/refunds.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { formatCents } from '../../../kernel/money.ts';
import { enqueueShopNotice, enqueueShopperNotice, lockOrder } from '../../orders/index.ts';
import { ENDED_WITHOUT_MONEY } from '../queries/keep-refunds.ts';
import { loadSurplus, saveSurplusState, type Surplus } from '../queries/keep-surplus.ts';
import { advance } from './advance-refund.ts';
import { isServerError, makeOtherKey } from './make-other-key.ts';

type Answer = { state: RefundState; providerRef?: string };

/**
 * Use case: gives a second payment back in full, or learns how its refund stands. The key is the row's, and refunds of the
 * payment are looked for before one is asked for, so that a repeat after a lost answer is the same refund.
 *
 * @throws ProviderError where it may have happened; the caller asks again later
 */
export async function returnSecondPayment(
  app: App,
  { surplusId }: { surplusId: string },
): Promise<void> {
  const surplus = await loadSurplus(app.database.db, surplusId);
  if (!surplus) return;
  const answer = await askStripe(app, surplus);
  await inTx(app, 'refunds.book-second', async (tx, now) => {
    const order = await lockOrder(tx, surplus.orderId);
    const current = await loadSurplus(tx, surplusId);
    if (!order || !current) throw new Error(`Second payment ${surplusId} vanished.`);
    // A failed refund stays failed; what an operator makes at Stripe in its place is another.
    const isAnother =
      answer.providerRef !== undefined && answer.providerRef !== current.providerRef;
    const state = isAnother ? answer.state : advance(current.state, answer.state);
    if (state === current.state) return;
    await saveSurplusState(tx, surplusId, { ...answer, state });
    const amount = `${formatCents(current.amountCents)} ${current.currency}`;
    const about = { order, entityId: surplusId, now };
    if (state === 'succeeded') {
      await enqueueShopperNotice(tx, app, {
        ...about,
        kind: 'second-payment-returned',
        heading: `Refund of a second payment for your PopBox Studio order ${order.publicId}`,
        sentences: [
          `Order ${order.publicId} was paid twice. We have refunded the second payment of ${amount}.`,
          'The money goes back to the card or account you paid with. Depending on your bank it takes 5 to 10 business days to show.',
        ],
      });
    } else if (state === 'failed' || state === 'canceled') {
      await enqueueShopNotice(tx, app, {
        ...about,
        kind: 'second-payment-stuck-notice',
        heading: `The second payment of order ${order.publicId} could not be refunded`,
        sentences: [
          `Stripe did not give back ${amount} of payment ${current.intentId}.`,
          'Refund it in the Dashboard of Stripe, or by hand.',
        ],
      });
    }
  });
}

async function askStripe(app: App, surplus: Surplus): Promise<Answer> {
  const { answer, openCents } = await readRefunds(app, surplus);
  if (answer) return answer;
  const isWhole = openCents === surplus.amountCents;
  const key = `surplus/${surplus.id}${isWhole ? '' : `/${String(openCents)}`}`;
  try {
    return await requestRefund(app, { ...surplus, amountCents: openCents }, key);
  } catch (error) {
    if (!isServerError(error)) throw error;
    // Stripe repeats a stored 500 under its key for a day, and the money would not go back. It is asked under another
    // key, once Stripe's own list has shown again that nothing came of the first. What is asked for is the whole payment,
    // so Stripe itself would refuse it a second time.
    const { createdAt } = surplus;
    const again = await readRefunds(app, surplus);
    if (again.answer) return again.answer;
    const otherKey = await makeOtherKey(app, { key, createdAt });
    return requestRefund(app, { ...surplus, amountCents: again.openCents }, otherKey);
  }
}

/** How the payment's refunds stand together; `answer` is null while they leave something open and none has failed. */
async function readRefunds(
  app: App,
  { intentId, amountCents }: Surplus,
): Promise<{ answer: Answer | null; openCents: number }> {
  const [newest, ...older] = await app.stripe.listRefunds(intentId);
  if (!newest) return { answer: null, openCents: amountCents };
  const standing = [newest, ...older].filter(({ status }) => !ENDED_WITHOUT_MONEY.includes(status));
  const openCents = amountCents - standing.reduce((sum, refund) => sum + refund.amountCents, 0);
  const { status: state, id: providerRef } =
    openCents > 0
      ? newest
      : (standing.find(({ status }) => status !== 'succeeded') ?? standing[0] ?? newest);
  const isSettled = openCents <= 0 || ENDED_WITHOUT_MONEY.includes(state);
  return { answer: isSettled ? { state, providerRef } : null, openCents };
}

async function requestRefund(app: App, surplus: Surplus, key: string): Promise<Answer> {
  const { id, intentId, orderId, amountCents } = surplus;
  const params = { paymentIntentId: intentId, amountCents, metadata: { surplusId: id, orderId } };
  try {
    const refund = await app.stripe.createRefund(params, key);
    return { state: refund.status, providerRef: refund.id };
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'rejected') throw error;
    return { state: 'failed' };
  }
}
