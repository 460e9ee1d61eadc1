import type { App } from '../../../kernel/app.ts';
import type { JobContext } from '../../../queue/queue.ts';
import { actOnStripeEvent } from './act-on-stripe-event.ts';
import { workEvent } from './work-event.ts';

/**
 * Job: works a stored event of Stripe. The object is read again and its present state decides, so repetition and order of
 * events do not matter.
 */
export function workStripeEvent(
  app: App,
  payload: { inboundId: string },
  context: JobContext,
): Promise<void> {
  return workEvent(app, payload, context, (inbound) => actOnStripeEvent(app, inbound));
}
