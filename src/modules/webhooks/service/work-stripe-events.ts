import type { App } from '../../../kernel/app.ts';
import type { Job } from '../../../queue/queue.ts';
import { actOnStripeEvents } from './act-on-stripe-events.ts';
import { workEvents } from './work-events.ts';

/**
 * Jobs: work stored events of Stripe. The objects are read again and their present state decides, so repetition and order of
 * events do not matter.
 */
export function workStripeEvents(
  app: App,
  jobs: readonly Job<{ inboundId: string }>[],
): Promise<PromiseSettledResult<unknown>[]> {
  return workEvents(app, jobs, (events) => actOnStripeEvents(app, events));
}
