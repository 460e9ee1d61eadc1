import { and, eq, inArray } from 'drizzle-orm';
import { readNow, type Reader } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';
import { guestGrants } from '../../../db/schema/orders-follow-up.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { ordersProblems } from '../orders.problems.ts';
import { isLiveGrant } from './find-live-grants.ts';
import { hashToken } from './issue-grant.ts';
import { readGuestCookie, type PresentCookies } from './set-guest-cookie.ts';
import type { GuestCookieContent } from './sign-guest-cookie.ts';

/**
 * The id of an order that the caller's cookie opens. A cookie only names grants; whether they still hold is asked here,
 * so a revoked one opens nothing, whatever the cookie says. An order that exists and one that does not look the same.
 *
 * @throws Problem ORDER_ACCESS_REQUIRED (no good cookie), ORDER_NOT_FOUND (not among its orders)
 */
export async function requireGuestOrder(
  app: App,
  request: { publicId: string; present: PresentCookies },
): Promise<string> {
  const now = await readNow(app);
  const cookie = readGuestCookie(app, request.present, now);
  if (cookie === null) throw new Problem(ordersProblems.ORDER_ACCESS_REQUIRED);
  const orderId = await findOrderInCookie(app.database.db, cookie, request.publicId, now);
  if (orderId === null) throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  return orderId;
}

/** The id of the order if the cookie lists a live grant for it, or null. */
export async function findOrderInCookie(
  reader: Reader,
  cookie: GuestCookieContent,
  publicId: string,
  now: Date,
): Promise<string | null> {
  const grantIds = cookie.orders.map(({ grantId }) => grantId);
  const [found] = await reader
    .select({ orderId: orders.id })
    .from(guestGrants)
    .innerJoin(orders, eq(orders.id, guestGrants.orderId))
    .where(and(inArray(guestGrants.id, grantIds), eq(orders.publicId, publicId), isLiveGrant(now)))
    .limit(1);
  return found?.orderId ?? null;
}

/**
 * The live grant that a link's token belongs to, or null. The index compares keyed hashes, which a caller cannot steer,
 * so its timing tells nothing about a token.
 */
export async function findGrantByToken(
  app: App,
  request: { publicId: string; token: string; now: Date },
): Promise<{ orderId: string; grantId: string } | null> {
  const [found] = await app.database.db
    .select({ orderId: guestGrants.orderId, grantId: guestGrants.id })
    .from(guestGrants)
    .innerJoin(orders, eq(orders.id, guestGrants.orderId))
    .where(
      and(
        eq(guestGrants.tokenHash, hashToken(app.config.orderTokenPepper, request.token)),
        eq(orders.publicId, request.publicId),
        isLiveGrant(request.now),
      ),
    );
  return found ?? null;
}
