import type { Response } from 'supertest';
import { newKey, type CartItem, type OpenCheckout, checkoutBody } from './factories.ts';
import type { World } from './world.ts';

/** One shopper's browser: keeps the cookies that the API sets, and sends them back. */
export type Browser = {
  /** Sends a checkout; the answer may be a refusal. */
  checkout: (body: object, key?: string) => Promise<Response>;
  /** A reserved cart whose payment page is open. */
  open: (items: CartItem[], overrides?: Record<string, unknown>) => Promise<OpenCheckout>;
  /** What the storefront does when the shopper comes back from the payment page. */
  cancel: (publicId: string) => Promise<Response>;
  cookies: Map<string, string>;
};

/** A browser without cookies; with a `token` its owner is signed in. */
export function aBrowser(w: World, token: string | null = null): Browser {
  const cookies = new Map<string, string>();
  const post = async (path: string, headers: Record<string, string>, body: object = {}) => {
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await w.http
      .post(`/api/v1${path}`)
      .set({
        ...headers,
        ...(jar === '' ? {} : { Cookie: jar }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      })
      .send(body);
    for (const [name, value] of cookiesOf(response)) cookies.set(name, value);
    return response;
  };
  const checkout = (body: object, key: string = newKey()) =>
    post('/checkout/session', { 'Idempotency-Key': key }, body);
  return {
    checkout,
    open: async (items, overrides = {}) => {
      const body = checkoutBody(items, overrides);
      const key = newKey();
      const response = await checkout(body, key);
      if (response.status !== 201) throw new Error(`Checkout was refused: ${response.text}`);
      const { data } = response.body as { data: Omit<OpenCheckout, 'body' | 'key'> };
      return { body, key, ...data };
    },
    cancel: (publicId) => post(`/checkout/session/${publicId}/cancel`, {}),
    cookies,
  };
}

function cookiesOf(response: Response): [string, string][] {
  const header: unknown = response.headers['set-cookie'];
  const lines: unknown[] = Array.isArray(header) ? header : [];
  return lines.flatMap((line) => {
    const pair = typeof line === 'string' ? line.split(';')[0] : undefined;
    const [name, value] = pair?.split('=') ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as [string, string]];
  });
}
