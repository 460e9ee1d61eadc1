/** A shopper's browser, as far as the story needs one: it calls the API and keeps one cookie. */
export type Shopper = {
  /** GET or POST; throws unless the status is the expected one. */
  call: <T>(
    method: 'GET' | 'POST',
    path: string,
    options?: { body?: unknown; headers?: Record<string, string>; expect?: number },
  ) => Promise<{ status: number; data: T; headers: Headers; text: string }>;
  hasCookie: () => boolean;
  forgetCookie: () => void;
};

export function createShopper(apiUrl: string): Shopper {
  let cookie: string | null = null;
  return {
    hasCookie: () => cookie !== null,
    forgetCookie: () => {
      cookie = null;
    },
    call: async <T>(
      method: 'GET' | 'POST',
      path: string,
      options: { body?: unknown; headers?: Record<string, string>; expect?: number } = {},
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
        throw new Error(`${method} ${path} answered ${String(response.status)}, not ${String(expected)}: ${text}`);
      }
      const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : null;
      const data = parsed !== null && typeof parsed === 'object' && 'data' in parsed ? parsed.data : null;
      return { status: response.status, data: data as T, headers: response.headers, text };
    },
  };
}

/** Waits until `ask` gives something; at most ten seconds. */
export async function waitFor<T>(what: string, ask: () => Promise<T | null> | T | null): Promise<T> {
  for (let i = 0; i < 200; i += 1) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ten seconds for: ${what}`);
}
