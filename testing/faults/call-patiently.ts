import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** What a patient client got at last; `status` null: nothing, however often it asked. */
export type Answer = {
  status: number | null;
  code: string | null;
  data: unknown;
  cookie: string | null;
  tries: number;
};

const envelope = z.object({
  data: z.unknown().optional(),
  errors: z.object({ code: z.string().optional() }).nullish(),
});

/** Longer than a start of the API on a busy machine. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 150;
const ANSWER_WITHIN_MS = 12_000;

/** Asks until there is an answer that will not change by asking again, as a client should whose server may be killed. */
export async function callPatiently(
  url: string,
  request: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: object },
): Promise<Answer> {
  let last: Answer = { status: null, code: null, data: null, cookie: null, tries: 0 };
  const until = performance.now() + PATIENCE_MS;
  for (let tries = 1; performance.now() < until; tries += 1) {
    last = { ...(await callOnce(url, request)), tries };
    if (isFinal(last)) return last;
    await wait(PAUSE_MS);
  }
  return last;
}

/** Nothing of these is cured by asking again: Stripe has refused the refund for good, although the status is a 502. */
const FINAL_FAILURES: readonly (string | null)[] = ['REFUND_FAILED'];

function isFinal({ status, code }: Answer): boolean {
  if (status === null || code === 'IDEMPOTENCY_IN_PROGRESS') return false;
  return status < 500 || FINAL_FAILURES.includes(code);
}

async function callOnce(
  url: string,
  request: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: object },
): Promise<Omit<Answer, 'tries'>> {
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: { 'content-type': 'application/json', ...request.headers },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { data, errors } = envelope.parse(await response.json());
    return {
      status: response.status,
      code: errors?.code ?? null,
      data: data ?? null,
      cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? null,
    };
  } catch {
    // Refused, cut, too slow: whatever it was, it is no answer.
    return { status: null, code: null, data: null, cookie: null };
  }
}
