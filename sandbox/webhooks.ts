import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { OutgoingWebhook } from './core.ts';
import type { SandboxRecord } from './record.ts';

export const WEBHOOK_MODES = ['normal', 'hold', 'duplicate', 'shuffle', 'drop'] as const;
export type WebhookMode = (typeof WEBHOOK_MODES)[number];

/** Waits between tries; a real provider needs days for what takes seconds here. */
const RETRY_AFTER_MS = [200, 500, 1000, 2000, 4000, 8000];
const ANSWER_WITHIN_MS = 15_000;
/** So long a shuffled event waits for others to change places with. */
const SHUFFLE_WINDOW_MS = 100;

export type Webhooks = {
  deliver: (event: OutgoingWebhook) => void;
  mode: () => WebhookMode;
  setMode: (mode: WebhookMode) => void;
  /** Sends what is held; resolves with the number of events once each was tried once. */
  release: () => Promise<number>;
  heldIds: () => string[];
  /** Resolves when no delivery or retry is under way. Held events do not count. */
  idle: () => Promise<void>;
  /** Forgets held events and retries, and goes back to mode `normal`. */
  reset: () => void;
};

/** Tells the shop what happened: normally at once and with retries, or as badly as the mode asks. */
export function createWebhooks(record: SandboxRecord): Webhooks {
  let mode: WebhookMode = 'normal';
  let held: OutgoingWebhook[] = [];
  let stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  const send = (event: OutgoingWebhook): Promise<void> => {
    const first = Promise.withResolvers<undefined>();
    const delivery = deliverWithRetries(event, record, stopping.signal, () => {
      first.resolve(undefined);
    }).finally(() => {
      underWay.delete(delivery);
      first.resolve(undefined);
    });
    underWay.add(delivery);
    return first.promise;
  };
  const release = async (): Promise<number> => {
    const leaving = mode === 'shuffle' ? shuffled(held) : held;
    held = [];
    await Promise.all(leaving.map(send));
    return leaving.length;
  };
  const track = (work: Promise<unknown>): void => {
    const tracked = work.then(
      () => undefined,
      () => undefined,
    );
    underWay.add(tracked);
    void tracked.finally(() => underWay.delete(tracked));
  };

  return {
    deliver: (event) => {
      switch (mode) {
        case 'drop':
          note(record, event, { attempt: 0, status: null, outcome: 'dropped', error: null });
          return;
        case 'hold':
          held.push(event);
          return;
        case 'shuffle':
          held.push(event);
          track(wait(SHUFFLE_WINDOW_MS, undefined, { signal: stopping.signal }).then(release));
          return;
        case 'duplicate':
          void send(event);
          void send(event);
          return;
        case 'normal':
          void send(event);
      }
    },
    mode: () => mode,
    setMode: (next) => {
      mode = next;
    },
    release,
    heldIds: () => held.map(({ id }) => id),
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    reset: () => {
      stopping.abort();
      stopping = new AbortController();
      held = [];
      mode = 'normal';
    },
  };
}

async function deliverWithRetries(
  event: OutgoingWebhook,
  record: SandboxRecord,
  stop: AbortSignal,
  onFirstTry: () => void,
): Promise<void> {
  for (let attempt = 1; !stop.aborted; attempt += 1) {
    const url = urlOf(event);
    if (url === null) return;
    const { status, error } = await tryOnce(event, url, stop);
    const retryAfterMs = RETRY_AFTER_MS[attempt - 1];
    // A redirect is a failure too: providers never follow one.
    const isDelivered = status !== null && status >= 200 && status < 300;
    const outcome = isDelivered
      ? 'delivered'
      : retryAfterMs === undefined
        ? 'given up'
        : 'will retry';
    note(record, event, { attempt, status, outcome, error });
    if (isDelivered) event.onDelivered?.();
    onFirstTry();
    if (isDelivered || retryAfterMs === undefined) return;
    await wait(retryAfterMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
}

async function tryOnce(
  event: OutgoingWebhook,
  url: string,
  stop: AbortSignal,
): Promise<{ status: number | null; error: string | null }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      // Real time, whatever the test clock says: receivers check the age of a signature by it.
      headers: { 'content-type': 'application/json', ...event.sign(Math.floor(Date.now() / 1000)) },
      body: event.body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    // Read to its end, so that the connection serves the next event, too.
    await answer.arrayBuffer();
    return { status: answer.status, error: null };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { status: null, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

function note(
  record: SandboxRecord,
  event: OutgoingWebhook,
  tried: {
    attempt: number;
    status: number | null;
    outcome: 'delivered' | 'will retry' | 'given up' | 'dropped';
    error: string | null;
  },
): void {
  record.noteDelivery({ eventId: event.id, url: urlOf(event) ?? '', ...tried });
}

function urlOf(event: OutgoingWebhook): string | null {
  return typeof event.url === 'function' ? event.url() : event.url;
}

/** Never the order of before, if there are two or more: "out of order" must not depend on luck. */
function shuffled<T>(events: readonly T[]): T[] {
  const mixed = [...events];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const [moved] = mixed.splice(randomInt(last + 1), 1);
    if (moved !== undefined) mixed.push(moved);
  }
  const isUnchanged = mixed.every((event, index) => event === events[index]);
  return isUnchanged ? mixed.reverse() : mixed;
}
