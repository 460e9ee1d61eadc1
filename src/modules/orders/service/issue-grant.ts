import { and, desc, eq, inArray, isNull, like, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { insertRows, prepareStatement } from '../../../db/prepare-statement.ts';
import { guestGrants } from '../../../db/schema/orders-follow-up.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs } from '../../../kernel/clock.ts';
import { hmacSha256 } from '../../../kernel/hash.ts';
import { isLiveGrant } from './find-live-grants.ts';
import { GUEST_ACCESS_MS } from './sign-guest-cookie.ts';

const TOKEN_BYTES = 24;

/**
 * So many of the newest links from mails open an order: people use the mail they find, not the newest. Every older one
 * ends when a mail brings the next, so a mailbox that leaks years later opens nothing.
 */
const LIVE_MAIL_GRANTS = 5;
const MAIL_PURPOSE = 'mail:';

/** What a token is stored as. Keyed, so that a copy of the table is no help in guessing tokens. */
export function hashToken(pepper: string, token: string): string {
  return hmacSha256(pepper, token).toString('hex');
}

/** A secret that opens nothing until it is kept as a grant. */
export function newToken(app: Pick<App, 'random'>): string {
  return app.random.bytes(TOKEN_BYTES).toString('base64url');
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
  const token = newToken(app);
  return { grantId: await keepGrant(tx, app, { ...request, token }), token };
}

/** Step: makes a token open the order. One for a mail (`mail:<kind>`) revokes all but the newest few of its sort. */
export async function keepGrant(
  tx: Tx,
  app: Pick<App, 'newId' | 'config'>,
  request: { orderId: string; purpose: string; token: string; now: Date },
): Promise<string> {
  const { orderId, purpose, token, now } = request;
  const grantId = app.newId();
  const inserting = insertRows(tx, guestGrants, [
    {
      id: grantId,
      orderId,
      tokenHash: hashToken(app.config.orderTokenPepper, token),
      purpose,
      expiresAt: addMs(now, GUEST_ACCESS_MS),
      createdAt: now,
    },
  ]);
  const isForMail = purpose.startsWith(MAIL_PURPOSE);
  await Promise.all([inserting, isForMail ? revokeOldMailGrants(tx, { orderId, now }) : null]);
  return grantId;
}

const revokeOldMailGrants = prepareStatement((db) => {
  const old = db
    .select({ id: guestGrants.id })
    .from(guestGrants)
    .where(
      and(
        eq(guestGrants.orderId, sql.placeholder('orderId')),
        like(guestGrants.purpose, `${MAIL_PURPOSE}%`),
        isNull(guestGrants.revokedAt),
      ),
    )
    .orderBy(desc(guestGrants.createdAt), desc(guestGrants.id))
    .offset(LIVE_MAIL_GRANTS);
  return db
    .update(guestGrants)
    .set({ revokedAt: sql`${sql.placeholder('now')}` })
    .where(inArray(guestGrants.id, old));
});

/** Step: ends every guest access to the order, links in mails and cookies alike. Answers how many grants it ended. */
export async function revokeGrants(
  tx: Tx,
  request: { orderId: string; now: Date },
): Promise<number> {
  const revoked = await tx
    .update(guestGrants)
    .set({ revokedAt: request.now })
    .where(and(eq(guestGrants.orderId, request.orderId), isNull(guestGrants.revokedAt)))
    .returning({ expiresAt: guestGrants.expiresAt });
  return revoked.filter(({ expiresAt }) => expiresAt > request.now).length;
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
        isLiveGrant(request.now),
      ),
    )
    .orderBy(desc(guestGrants.createdAt))
    .limit(1);
  return grant?.id ?? null;
}
