import type { App } from '../../../kernel/app.ts';
import { workStripeEvents } from '../index.ts';

/** Works one stored event of Stripe, as a worker that fetched no other; fails with it. */
export async function workOne(
  app: App,
  inboundId: string,
  { isLastTry }: { isLastTry: boolean } = { isLastTry: false },
): Promise<void> {
  const job = { payload: { inboundId }, context: { attempt: 1, isLastTry } };
  const [end] = await workStripeEvents(app, [job]);
  if (end?.status !== 'fulfilled') throw end?.reason;
}
