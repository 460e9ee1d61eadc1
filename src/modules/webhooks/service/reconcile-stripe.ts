import type { App } from '../../../kernel/app.ts';
import { reconcileSessions, type SettledSession } from '../../checkout/index.ts';
import { sweepEvents, type SweptEvent } from './sweep-events.ts';

/** A session lives 41 minutes; the rest is for outages that lasted a weekend. */
const SESSION_DAYS = 3;

export type StripeReconciliation = {
  events: { seen: number; found: SweptEvent[] };
  sessions: { seen: number; settled: SettledSession[] };
};

/**
 * Use case, each night and by hand: what an outage lost is found again. Events that Stripe could not deliver are stored and
 * queued; sessions and orders are compared with Stripe without any event.
 */
export async function reconcileStripe(
  app: App,
  options: { sessionDays?: number; onProgress?: (seen: number) => void } = {},
): Promise<StripeReconciliation> {
  // Neither needs the other: where one fails, the other is done all the same.
  const [swept, compared] = await Promise.allSettled([
    sweepEvents(app),
    reconcileSessions(app, {
      days: options.sessionDays ?? SESSION_DAYS,
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    }),
  ]);
  if (swept.status === 'rejected') throw swept.reason;
  if (compared.status === 'rejected') throw compared.reason;
  const { value: events } = swept;
  const { value: sessions } = compared;
  const { settled } = sessions;
  if (events.found.length + settled.length > 0) {
    const counts = { events: events.found.length, sessions: settled.length };
    app.log.warn(counts, 'Stripe knew more than the shop');
  }
  return { events, sessions };
}
