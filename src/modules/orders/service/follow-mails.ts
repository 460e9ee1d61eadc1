import type { Tx } from '../../../db/client.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import type { App } from '../../../kernel/app.ts';
import { issueGrant } from './issue-grant.ts';

/** Step: a mail about an order goes out anew, and its old link with it: the new one has a grant of its own. */
export async function renewMailLink(
  tx: Tx,
  app: Pick<App, 'newId' | 'random' | 'config'>,
  renewing: { orderId: string; kind: string; now: Date; give: (secret: string) => void },
): Promise<void> {
  const { orderId, kind, now, give } = renewing;
  const { token } = await issueGrant(tx, app, { orderId, purpose: `mail:${kind}`, now });
  give(token);
}

/** Step: writes into the order's timeline that a mail about it did not reach its reader. */
export async function noteFailedMail(
  tx: Tx,
  failed: { orderId: string; kind: string; delivery: string; now: Date },
): Promise<void> {
  const { orderId, kind, delivery, now } = failed;
  await tx.insert(orderEvents).values({
    orderId,
    kind: `mail_${delivery}`,
    actor: 'resend:webhook',
    details: { mail: kind },
    createdAt: now,
  });
}
