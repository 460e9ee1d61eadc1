import { and, eq, inArray } from 'drizzle-orm';
import { inTx, readNow } from '../../../db/client.ts';
import { inboundEvents } from '../../../db/schema/webhooks.ts';
import type { StripeEvent } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { stripeEventTypes } from './act-on-stripe-events.ts';
import { describeStripeEvent, isStorable, storeEvent } from './store-event.ts';

/** As long as Stripe keeps them. */
const KEPT_MS = 30 * DAY_MS;

export type SweptEvent = { eventId: string; type: string; orderId: string | null };

/**
 * Use case: stores the events that Stripe could not deliver within the last thirty days, as if they had come by themselves;
 * workers take them from there. Those that are done already are left alone.
 *
 * @returns how many were looked at, and those that were missing or not done
 */
export async function sweepEvents(app: App): Promise<{ seen: number; found: SweptEvent[] }> {
  const since = Math.floor(addMs(await readNow(app), -KEPT_MS).getTime() / 1000);
  const found: SweptEvent[] = [];
  let seen = 0;
  for await (const page of app.stripe.listUndeliveredEvents(since, stripeEventTypes)) {
    seen += page.length;
    const missing = await withoutDone(app, page.filter(isStorable));
    await inTx(app, 'webhooks.sweep', async (tx, now) => {
      for (const event of missing) {
        await storeEvent(tx, app, { ...describeStripeEvent(event), now });
      }
    });
    found.push(...missing.map(({ id, type, orderId }) => ({ eventId: id, type, orderId })));
  }
  return { seen, found };
}

/** Stripe lists a lost event for thirty days, whatever became of it here. */
async function withoutDone(app: App, page: readonly StripeEvent[]): Promise<StripeEvent[]> {
  const done = await app.database.db
    .select({ eventId: inboundEvents.eventId })
    .from(inboundEvents)
    .where(
      and(
        eq(inboundEvents.provider, 'stripe'),
        inArray(
          inboundEvents.eventId,
          page.map(({ id }) => id),
        ),
        inArray(inboundEvents.state, ['processed', 'ignored']),
      ),
    );
  const ids = new Set(done.map(({ eventId }) => eventId));
  return page.filter(({ id }) => !ids.has(id));
}
