import { readNow } from '../../../db/client.ts';
import type { Cookie } from '../../../http/route.ts';
import type { App } from '../../../kernel/app.ts';
import {
  addOrderToCookie,
  GUEST_ACCESS_MS,
  signGuestCookie,
  verifyGuestCookie,
  type GuestCookieContent,
  type GuestCookieEntry,
} from './sign-guest-cookie.ts';

export const GUEST_COOKIE = 'guest_order_session';

/** Reads a cookie of the request by its name. */
export type PresentCookies = (name: string) => string | null;

/** What the request's guest cookie says; null if it has none, or one that is not good. */
export function readGuestCookie(
  app: App,
  present: PresentCookies,
  now: Date,
): GuestCookieContent | null {
  return verifyGuestCookie(app.config.orderTokenPepper, present(GUEST_COOKIE), now);
}

/** The guest cookie of the request with one order more, to be set on the answer. */
export async function guestCookie(
  app: App,
  request: { present: PresentCookies; add: GuestCookieEntry },
): Promise<Cookie> {
  const now = await readNow(app);
  const content = addOrderToCookie(readGuestCookie(app, request.present, now), request.add, now);
  return {
    name: GUEST_COOKIE,
    value: signGuestCookie(app.config.orderTokenPepper, content),
    options: {
      httpOnly: true,
      sameSite: 'lax',
      // The storefront of a developer is plain http.
      secure: app.config.isProduction,
      // The storefront's pages under /orders forward it to us; a narrower path would keep it from them.
      path: '/',
      maxAge: GUEST_ACCESS_MS,
    },
  };
}
