import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { insertRows } from '../../../db/prepare-statement.ts';
import { guestGrants } from '../../../db/schema/orders-follow-up.ts';
import { oneOfIds } from '../../../db/one-of.ts';
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
  const [grantId] = await keepGrants(tx, app, [{ ...request, token }]);
  if (grantId === undefined) throw new Error('No grant was kept.');
  return { grantId, token };
}

type Grant = { orderId: string; purpose: string; token: string; now: Date };

/** Step: makes tokens open their orders. One for a mail (`mail:<kind>`) revokes all but the newest few of its sort. */
export async function keepGrants(
  tx: Tx,
  app: Pick<App, 'newId' | 'config'>,
  grants: readonly Grant[],
): Promise<string[]> {
  const rows = grants.map(({ orderId, purpose, token, now }) => ({
    id: app.newId(),
    orderId,
    tokenHash: hashToken(app.config.orderTokenPepper, token),
    purpose,
    expiresAt: addMs(now, GUEST_ACCESS_MS),
    createdAt: now,
  }));
  const forMail = rows.filter(({ purpose }) => purpose.startsWith(MAIL_PURPOSE));
  const orderIds = forMail.map(({ orderId }) => orderId);
  const now = forMail[0]?.createdAt.toISOString();
  await Promise.all([
    insertRows(tx, guestGrants, rows),
    now === undefined ? null : oldMailGrantsRevoked(tx, { orderIds, now }),
  ]);
  return rows.map(({ id }) => id);
}

const oldMailGrantsRevoked = compileQuery<object, { orderIds: readonly string[]; now: string }>(sql`
  UPDATE popbox.guest_grants SET revoked_at = ${sql.placeholder('now')}::timestamptz
  WHERE id = ANY (array(
    SELECT id FROM (
      SELECT id, row_number() OVER (PARTITION BY order_id ORDER BY created_at DESC, id DESC) AS place
      FROM popbox.guest_grants
      WHERE order_id = ${oneOfIds('orderIds')}
        AND purpose LIKE ${`${MAIL_PURPOSE}%`} AND revoked_at IS NULL
    ) AS placed
    WHERE place > ${LIVE_MAIL_GRANTS}))`);

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
