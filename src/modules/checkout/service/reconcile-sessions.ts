import { readNow } from '../../../db/client.ts';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { listOrderStates, listWaitingOrders, type OrderStatus } from '../../orders/index.ts';
import { listPayments } from '../../payments/index.ts';
import { expireOrder } from './expire-order.ts';
import { finaliseOrder } from './finalise-order.ts';
import { isOwnSession } from './is-own-session.ts';

const ACTOR = 'job:reconcile-stripe';
const BATCH = 100;

export type SettledSession = {
  sessionId: string;
  orderId: string;
  /** What had to be done: an outcome of finalising, or `expired`, `page_closed`, `order_unknown`, `failed`. */
  outcome: string;
};

type Known = { status: OrderStatus; sessionId: string | null; isPaid: boolean };

/**
 * Use case: compares the sessions of the last days, and every order that still waits for money, with Stripe, and does what
 * a lost event would have done. Paid money is booked or sent back; a page that can be paid although nothing is held for it
 * is closed. One that fails does not keep the others waiting.
 */
export async function reconcileSessions(
  app: App,
  options: { days: number; onProgress?: (seen: number) => void },
): Promise<{ seen: number; settled: SettledSession[] }> {
  const since = addMs(await readNow(app), -options.days * DAY_MS);
  const settled: SettledSession[] = [];
  const looked = new Set<string>();
  const look = async (sessions: readonly StripeSession[]) => {
    const known = await loadKnown(app, sessions);
    for (const session of sessions) {
      looked.add(session.id);
      const outcome = await settle(app, session, known.get(session.orderId ?? ''));
      if (outcome === null || session.orderId === null) continue;
      settled.push({ sessionId: session.id, orderId: session.orderId, outcome });
    }
    options.onProgress?.(looked.size);
  };
  for await (const page of app.stripe.listSessions(Math.floor(since.getTime() / 1000))) {
    await look(page.filter(isOfThisShop));
  }
  for await (const page of readOlderWaiting(app, looked)) await look(page);
  return { seen: looked.size, settled };
}

/** Sessions of orders that still wait although they were begun earlier: bank debits, and whatever was forgotten. */
async function* readOlderWaiting(
  app: App,
  looked: ReadonlySet<string>,
): AsyncGenerator<StripeSession[]> {
  let after: string | null = null;
  for (;;) {
    const orderIds = await listWaitingOrders(app.database.db, { after, limit: BATCH });
    const payments = await listPayments(app.database.db, orderIds);
    const sessions: StripeSession[] = [];
    for (const { sessionId } of payments) {
      if (sessionId === null || looked.has(sessionId)) continue;
      const session = await app.stripe.retrieveSession(sessionId).catch((error: unknown) => {
        app.log.warn({ err: error, sessionId }, 'a session could not be read');
        return null;
      });
      if (session) sessions.push(session);
    }
    yield sessions;
    const last = orderIds.at(-1);
    if (last === undefined || orderIds.length < BATCH) return;
    after = last;
  }
}

/** Other shops may share the account; their orders have other numbers. */
function isOfThisShop({ orderId, publicId }: StripeSession): boolean {
  return orderId !== null && publicId !== null && publicId.startsWith('PBX-');
}

async function loadKnown(
  app: App,
  sessions: readonly StripeSession[],
): Promise<Map<string, Known>> {
  const ids = [...new Set(sessions.flatMap(({ orderId }) => orderId ?? []))];
  const payments = await listPayments(app.database.db, ids);
  const statuses = await listOrderStates(app.database.db, ids);
  return new Map(
    payments.flatMap(({ orderId, sessionId, paidAt }) => {
      const status = statuses.get(orderId);
      return status === undefined
        ? []
        : [[orderId, { status, sessionId, isPaid: paidAt !== null }] as const];
    }),
  );
}

/** Null where all is as it should be. */
async function settle(
  app: App,
  session: StripeSession,
  known: Known | undefined,
): Promise<string | null> {
  try {
    if (!known) return isPaid(session) ? 'order_unknown' : null;
    if (session.status === 'complete') return await settleComplete(app, session, known);
    if (session.status === 'expired') return await settleExpired(app, session, known);
    return await settleOpen(app, session, known);
  } catch (error) {
    app.log.warn({ err: error, orderId: session.orderId }, 'a session could not be reconciled');
    return 'failed';
  }
}

function isPaid(session: StripeSession): boolean {
  return session.status === 'complete' && session.paymentStatus === 'paid';
}

async function settleComplete(app: App, session: StripeSession, known: Known) {
  if (known.isPaid && isOwnSession(known, session)) return null;
  const outcome = await finaliseOrder(app, { sessionId: session.id, actor: ACTOR });
  return ['already_finalised', 'processing', 'not_paid'].includes(outcome) ? null : outcome;
}

async function settleExpired(app: App, session: StripeSession, known: Known) {
  if (known.status !== 'pending_payment' || session.orderId === null) return null;
  const { id: sessionId, orderId } = session;
  return (await expireOrder(app, { orderId, sessionId, actor: ACTOR })) ? 'expired' : null;
}

/** Whoever pays on an open page must find his goods set aside. */
async function settleOpen(app: App, session: StripeSession, known: Known) {
  if (known.status === 'pending_payment' && isOwnSession(known, session)) return null;
  const answer = await app.stripe.expireSession(session.id, `reconcile/${app.newId()}`);
  return answer === 'expired' ? 'page_closed' : null;
}
