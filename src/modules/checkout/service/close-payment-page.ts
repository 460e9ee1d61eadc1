import { inOneStatement } from '../../../db/client.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { loadPayment, recordSession } from '../../payments/index.ts';
import { findOrCreateSession, findSession } from './find-or-create-session.ts';

/** `closed`: nobody can pay any more. `submitted`: somebody has; read the session to know what came of it. */
type ClosedPage = { state: 'closed' } | { state: 'submitted'; sessionId: string };

/**
 * Asks Stripe to close the payment page of an order. Always before the goods of an unpaid order are freed: freed first, a
 * unit could be sold to somebody else while the first shopper can still pay for it.
 *
 * @throws ProviderError Stripe does not answer: the page may be payable, so the goods stay held
 */
export async function closePaymentPage(app: App, orderId: string): Promise<ClosedPage> {
  const sessionId = await findRecordedSession(app, orderId);
  if (sessionId === null) return { state: 'closed' };
  // A new key each time: Stripe would repeat a stored 500 for a day, and the goods would stay held.
  const answer = await app.stripe.expireSession(sessionId, `expire/${orderId}/${app.newId()}`);
  if (answer === 'expired' || answer === 'not_found') return { state: 'closed' };
  // Not open any more: paid, still processing, or expired before.
  const session = await app.stripe.retrieveSession(sessionId);
  const isClosed = session === null || session.status === 'expired';
  return isClosed ? { state: 'closed' } : { state: 'submitted', sessionId };
}

/**
 * The order's session. If none is recorded (a crash between Stripe's answer and our commit), it is created again with the
 * stored parameters and key, which gives the very session that may be payable. A definite refusal means that there is
 * none, once the list of sessions confirms it.
 */
async function findRecordedSession(app: App, orderId: string): Promise<string | null> {
  const payment = await loadPayment(app.database.db, orderId);
  if (!payment) throw new Error(`Order ${orderId} has no payment.`);
  if (payment.sessionId !== null) return payment.sessionId;
  const session = await findOrCreateSession(app, payment).catch((error: unknown) => {
    if (error instanceof ProviderError && error.kind === 'rejected')
      return findSession(app, payment);
    throw error;
  });
  if (session === null) return null;
  await inOneStatement(app, 'checkout.record-found', (db) =>
    recordSession(db, { orderId, sessionId: session.id, sessionUrl: session.url }),
  );
  return session.id;
}
