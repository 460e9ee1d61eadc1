import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { guestGrants } from '../../../db/schema/orders.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs } from '../../../kernel/clock.ts';
import { hmacSha256 } from '../../../kernel/hash.ts';
import { GUEST_ACCESS_MS } from './sign-guest-cookie.ts';

const TOKEN_BYTES = 24;

/** What a token is stored as. Keyed, so that a copy of the table is no help in guessing tokens. */
export function hashToken(pepper: string, token: string): string {
  return hmacSha256(pepper, token).toString('hex');
}

/**
 * Step: a new right to open the order without an account, for 180 days or until it is revoked. The token (base64url) is
 * known only to the caller; it belongs into a link and nowhere else.
 */
export async function issueGrant(
  tx: Tx,
  app: Pick<App, 'newId' | 'random' | 'config'>,
  request: { orderId: string; purpose: string; now: Date },
): Promise<{ grantId: string; token: string }> {
  const { orderId, purpose, now } = request;
  const token = app.random.bytes(TOKEN_BYTES).toString('base64url');
  const grantId = app.newId();
  await tx.insert(guestGrants).values({
    id: grantId,
    orderId,
    tokenHash: hashToken(app.config.orderTokenPepper, token),
    purpose,
    expiresAt: addMs(now, GUEST_ACCESS_MS),
    createdAt: now,
  });
  return { grantId, token };
}

/** Step: ends every guest access to the order, links in mails and cookies alike. */
export async function revokeGrants(tx: Tx, request: { orderId: string; now: Date }): Promise<void> {
  await tx
    .update(guestGrants)
    .set({ revokedAt: request.now })
    .where(and(eq(guestGrants.orderId, request.orderId), isNull(guestGrants.revokedAt)));
}

/** The grant that was issued with the order, if it is still good: the success page puts it into the cookie. */
export async function findCheckoutGrant(
  reader: Reader,
  request: { orderId: string; now: Date },
): Promise<string | null> {
  const [grant] = await reader
    .select({ id: guestGrants.id })
    .from(guestGrants)
    .where(
      and(
        eq(guestGrants.orderId, request.orderId),
        eq(guestGrants.purpose, 'checkout'),
        isNull(guestGrants.revokedAt),
        gt(guestGrants.expiresAt, request.now),
      ),
    )
    .orderBy(desc(guestGrants.createdAt))
    .limit(1);
  return grant?.id ?? null;
}
