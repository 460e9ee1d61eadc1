import { readNow } from '../../../db/client.ts';
import type { Cookie } from '../../../http/request-context.ts';
import type { App } from '../../../kernel/app.ts';
import { findLiveGrants } from './find-live-grants.ts';
import {
  addOrderToCookie,
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

/**
 * The guest cookie of the request with one order more, to be set on the answer. It lasts as long as the longest of its
 * grants and no longer, whatever an earlier cookie said.
 */
export async function guestCookie(
  app: App,
  request: { present: PresentCookies; add: GuestCookieEntry },
): Promise<Cookie> {
  const now = await readNow(app);
  const present = readGuestCookie(app, request.present, now);
  const grantIds = [...(present?.orders ?? []), request.add].map(({ grantId }) => grantId);
  const liveUntil = await findLiveGrants(app.database.db, grantIds, now);
  const content = addOrderToCookie(present, request.add, { liveUntil, now });
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
      maxAge: content.expiresAt - now.getTime(),
    },
  };
}
