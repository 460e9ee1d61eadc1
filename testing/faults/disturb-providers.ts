import { setTimeout as wait } from 'node:timers/promises';
import type { WebhookMode } from '../../sandbox/webhooks.ts';
import type { ChildWorld } from '../child/child-world.ts';
import type { Count } from './live-history.ts';
import type { Chance } from './seeded-random.ts';

const PLACES = [
  'POST /v1/checkout/sessions',
  'GET /v1/checkout/sessions/:id',
  'GET /v1/checkout/sessions',
  'POST /v1/checkout/sessions/:id/expire',
  'POST /v1/refunds',
  'GET /v1/refunds',
  'POST /emails',
] as const;

const NEW_FAULT_MS = 120;
const NEW_MODE_MS = 900;

/** Spoils what the providers do, and how Stripe tells of it, until `isOver`. */
export async function disturbProviders(
  w: ChildWorld,
  options: { random: Chance; count: Count; timeoutMs: number; isOver: () => boolean },
): Promise<void> {
  await Promise.all([addFaults(w, options), changeModes(w, options)]);
  await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.releaseWebhooks();
}

type Options = Parameters<typeof disturbProviders>[1];

async function addFaults(w: ChildWorld, { random, count, timeoutMs, isOver }: Options) {
  while (!isOver()) {
    await wait(NEW_FAULT_MS);
    const listed = await fetch(`${w.sandbox.url}/faults`);
    const { faults } = (await listed.json()) as { faults: { match: string }[] };
    const place = random.pick(PLACES);
    // One at a place: with a fault at each call nothing would ever end.
    if (faults.some(({ match }) => match === place)) continue;
    const kind = random.weighted({
      error_500: 25,
      timeout_after_work: 15,
      reset: 20,
      slow: 25,
      error_409: 5,
      error_429: 10,
    });
    const delayMs = kind === 'timeout_after_work' ? timeoutMs * 2 : random.int(timeoutMs);
    w.sandbox.fault({ match: place, kind, times: 1 + random.int(2), delayMs });
    count(`fault: ${kind}`);
  }
}

async function changeModes(w: ChildWorld, { random, count, isOver }: Options) {
  while (!isOver()) {
    const mode: WebhookMode = random.weighted({
      normal: 30,
      duplicate: 25,
      shuffle: 20,
      hold: 15,
      drop: 10,
    });
    w.sandbox.setWebhookMode(mode);
    count(`webhooks: ${mode}`);
    await wait(NEW_MODE_MS);
    await w.sandbox.releaseWebhooks();
  }
}
