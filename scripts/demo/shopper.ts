import { z } from 'zod';

type CallOptions<T> = {
  body?: unknown;
  headers?: Record<string, string>;
  /** The status that the story needs; 200 if left out. */
  expect?: number;
  /** What the answer's `data` must be. */
  reply?: z.ZodType<T>;
};

/** A shopper's browser, as far as the story needs one: it calls the API and keeps one cookie. */
export type Shopper = {
  /** @throws Error unless status and data are the expected ones */
  call: <T = unknown>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    options?: CallOptions<T>,
  ) => Promise<{ data: T; message: string; headers: Headers }>;
  hasCookie: () => boolean;
  forgetCookie: () => void;
};

const envelopeSchema = z.object({ message: z.string().default(''), data: z.unknown().optional() });

export function createShopper(apiUrl: string): Shopper {
  let cookie: string | null = null;
  return {
    hasCookie: () => cookie !== null,
    forgetCookie: () => {
      cookie = null;
    },
    call: async <T>(
      method: 'GET' | 'POST' | 'PATCH',
      path: string,
      options: CallOptions<T> = {},
    ) => {
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookie === null ? {} : { cookie }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const set = response.headers.getSetCookie()[0];
      if (set !== undefined) cookie = set.split(';')[0] ?? null;
      const text = await response.text();
      const expected = options.expect ?? 200;
      if (response.status !== expected) {
        throw new Error(
          `${method} ${path} answered ${String(response.status)}, not ${String(expected)}: ${text}`,
        );
      }
      // A redirect has no envelope.
      const envelope = envelopeSchema.parse(text.startsWith('{') ? JSON.parse(text) : {});
      const data = (options.reply ?? z.custom<T>(() => true)).parse(envelope.data);
      return { data, message: envelope.message, headers: response.headers };
    },
  };
}

/** Waits until `ask` gives something; at most ten seconds. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
): Promise<T> {
  for (let i = 0; i < 200; i += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ten seconds for: ${what}`);
}
