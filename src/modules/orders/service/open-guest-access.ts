import { readNow } from '../../../db/client.ts';
import type { Cookie } from '../../../http/request-context.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { ordersProblems } from '../orders.problems.ts';
import { findGrantByToken, findOrderInCookie } from './find-guest-order.ts';
import { guestCookie, readGuestCookie, type PresentCookies } from './set-guest-cookie.ts';

/**
 * Use case: exchanges the token of a link for a cookie, and says where the order's clean address is. A cookie that lists
 * the order already is as good as a token, and no bad token takes it away.
 *
 * @throws Problem ORDER_LINK_INVALID, the same for a bad token and for an order that does not exist
 */
export async function openGuestAccess(
  app: App,
  request: { publicId: string; token: string | null; present: PresentCookies },
): Promise<{ redirectTo: string; cookies: Cookie[] }> {
  const { publicId, token, present } = request;
  const now = await readNow(app);
  const redirectTo = `${app.config.clientBaseUrl}/orders/${encodeURIComponent(publicId)}`;

  const grant = token === null ? null : await findGrantByToken(app, { publicId, token, now });
  if (grant !== null) {
    return { redirectTo, cookies: [await guestCookie(app, { present, add: grant })] };
  }
  const cookie = readGuestCookie(app, present, now);
  const listed = cookie && (await findOrderInCookie(app.database.db, cookie, publicId, now));
  if (listed === null) throw new Problem(ordersProblems.ORDER_LINK_INVALID);
  return { redirectTo, cookies: [] };
}
