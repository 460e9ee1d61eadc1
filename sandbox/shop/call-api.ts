import { z } from 'zod';

export type Answer<T> =
  | { kind: 'good'; status: number; data: T; setCookies: string[] }
  /** `message` is meant for the shopper. */
  | { kind: 'refused'; status: number; message: string };

/** Asks the API for data, with the shopper's cookies. Never rejects. */
export type AskApi = <T>(path: string, shape: z.ZodType<T>, cookie?: string) => Promise<Answer<T>>;

const NO_ANSWER = 'The API does not answer. Is it still running?';

const envelope = z.object({ message: z.string(), data: z.unknown() });

export function createApiCaller(apiUrl: string): AskApi {
  return async (path, shape, cookie) => {
    const response = await fetch(`${apiUrl}${path}`, {
      redirect: 'manual',
      headers: cookie === undefined ? {} : { cookie },
    }).catch(() => null);
    if (response === null) return { kind: 'refused', status: 502, message: NO_ANSWER };
    const { status } = response;
    const body = envelope.safeParse(await response.json().catch(() => null));
    if (!body.success) return misfit(path);
    if (!response.ok) return { kind: 'refused', status, message: body.data.message };
    const data = shape.safeParse(body.data.data);
    if (!data.success) return misfit(path);
    return { kind: 'good', status, data: data.data, setCookies: response.headers.getSetCookie() };
  };
}

function misfit(path: string): { kind: 'refused'; status: number; message: string } {
  const [route] = path.split('?');
  const message = `The API answered ${String(route)} with something that the shop cannot read.`;
  return { kind: 'refused', status: 502, message };
}
