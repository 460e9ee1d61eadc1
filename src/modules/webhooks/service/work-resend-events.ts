import { z } from 'zod';
import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import type { Job } from '../../../queue/queue.ts';
import { recordDelivery } from '../../outbox/index.ts';
import { ignored, workEach, workEvents, type Inbound, type Verdict } from './work-events.ts';

/** What `receiveResendEvent` keeps of an event. */
const payloadSchema = z.object({
  outcome: z.enum(['delivered', 'bounced', 'complained', 'failed', 'other']),
  isTransient: z.boolean(),
  reason: z.string().nullable(),
});

/** Jobs: work stored events of Resend. Unlike Stripe's they are believed: they are signed, and tell all there is to know. */
export function workResendEvents(
  app: App,
  jobs: readonly Job<{ inboundId: string }>[],
): Promise<PromiseSettledResult<unknown>[]> {
  return workEvents(app, jobs, (events) => workEach(events, (event) => act(app, event)));
}

async function act(app: App, inbound: Inbound): Promise<Verdict> {
  const { outcome, isTransient, reason } = payloadSchema.parse(inbound.payload);
  if (outcome === 'other') return ignored('Events of this type have no effect here.');
  const providerId = inbound.objectId;
  if (providerId === null) return ignored('The event names no mail.');
  const report = { providerId, delivery: outcome, isTransient, reason };
  const recorded = await inTx(app, 'webhooks.record-delivery', (tx, now) =>
    recordDelivery(tx, app, { ...report, now }),
  );
  if (recorded !== 'unknown') return { state: 'processed', reason: recorded };
  if (inbound.isLastTry) return ignored('No mail that this shop has sent has this id.');
  // The event may have overtaken the answer to our own call, which is what tells us the id.
  throw new Error('No sent mail has this id yet.');
}
