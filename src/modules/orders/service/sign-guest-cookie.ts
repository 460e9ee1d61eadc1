import { z } from 'zod';
import { DAY_MS } from '../../../kernel/clock.ts';
import { equalSecrets, hmacSha256 } from '../../../kernel/hash.ts';

export const GUEST_ACCESS_MS = 180 * DAY_MS;

const MAX_ORDERS = 10;

const entrySchema = z.object({ orderId: z.uuid(), grantId: z.uuid() });

const contentSchema = z.object({
  v: z.literal('v1'),
  kind: z.literal('guest_orders'),
  /** Oldest first. */
  orders: z.array(entrySchema).max(MAX_ORDERS),
  /** Epoch milliseconds, like `expiresAt`. */
  issuedAt: z.int(),
  expiresAt: z.int(),
});

export type GuestCookieEntry = z.infer<typeof entrySchema>;
export type GuestCookieContent = z.infer<typeof contentSchema>;

/** The cookie's value: base64url JSON, a dot, and the base64url HMAC-SHA256 of what stands before the dot. */
export function signGuestCookie(pepper: string, content: GuestCookieContent): string {
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${payload}.${sign(pepper, payload)}`;
}

/** The content of a cookie that we signed and that has not expired; anything else counts as no cookie. */
export function verifyGuestCookie(
  pepper: string,
  value: string | null,
  now: Date,
): GuestCookieContent | null {
  const [payload, signature, ...rest] = (value ?? '').split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return null;
  // Signature first: nothing that a stranger wrote is parsed.
  if (!equalSecrets(signature, sign(pepper, payload))) return null;
  const content = contentSchema.safeParse(parseJson(payload));
  return content.success && content.data.expiresAt > now.getTime() ? content.data : null;
}

/**
 * The cookie with one order more, as the newest; with more than ten the oldest goes. An order that was listed before
 * moves to its new grant. Grants that no longer hold (`liveUntil` lacks them) are left out, so that they take nobody's
 * place, and the cookie ends with the last of the others.
 */
export function addOrderToCookie(
  content: GuestCookieContent | null,
  entry: GuestCookieEntry,
  grants: { liveUntil: ReadonlyMap<string, Date>; now: Date },
): GuestCookieContent {
  const { liveUntil, now } = grants;
  const others = (content?.orders ?? []).filter(({ orderId }) => orderId !== entry.orderId);
  const orders = [...others, entry]
    .filter(({ grantId }) => liveUntil.has(grantId))
    .slice(-MAX_ORDERS);
  const ends = orders.map(({ grantId }) => liveUntil.get(grantId)?.getTime() ?? 0);
  return {
    v: 'v1',
    kind: 'guest_orders',
    orders,
    issuedAt: now.getTime(),
    expiresAt: Math.max(now.getTime(), ...ends),
  };
}

function sign(pepper: string, payload: string): string {
  return hmacSha256(pepper, payload).toString('base64url');
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
