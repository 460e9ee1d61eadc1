import { z } from 'zod';
import type { ChildWorld } from '../child/child-world.ts';
import { checkout, checkoutBody, newKey, type CartItem } from '../factories.ts';

/** A checkout that was sent and whose answer nobody waits for: the process will be killed. */
export type SentCheckout = {
  body: ReturnType<typeof checkoutBody>;
  key: string;
  /** What became of the request; it never fails. */
  end: Promise<'answered' | 'lost'>;
};

export function sendCheckout(w: ChildWorld, items: CartItem[]): SentCheckout {
  const body = checkoutBody(items);
  const key = newKey();
  return { body, key, end: endOf(checkout(w, body, key)) };
}

export function endOf(request: PromiseLike<unknown>): Promise<'answered' | 'lost'> {
  return Promise.resolve(request).then(
    () => 'answered',
    () => 'lost',
  );
}

/** Waits until the provider has noticed that those who asked it are gone. */
export function untilProviderNoticed(w: ChildWorld): Promise<void> {
  return w.until('no provider request is open', () =>
    w.sandbox.requests().every(({ endedAt }) => endedAt !== null),
  );
}

export type OrderFacts = {
  id: string;
  status: string;
  sessionId: string | null;
  onHand: number;
  reserved: number;
  /** State and quantity of each hold, oldest first. */
  holds: string[];
  /** Keys of all mails about the order, sorted, with their states. */
  mails: string[];
  tickets: number;
};

/** What is on disk about the order of a checkout. */
export async function lookAtOrder(w: ChildWorld, email: string): Promise<OrderFacts> {
  const { rows } = await w.app.database.pool.query<OrderFacts>(
    `SELECT o.id, o.status, p.session_id AS "sessionId", i.on_hand AS "onHand", i.reserved,
       (SELECT coalesce(array_agg(h.state || ' ' || h.quantity ORDER BY h.created_at), '{}')
        FROM popbox.holds h WHERE h.order_id = o.id) AS holds,
       (SELECT coalesce(array_agg(split_part(m.key, '/', 1) || ' ' || m.state ORDER BY m.key), '{}')
        FROM popbox.outbox_mails m WHERE m.order_id = o.id) AS mails,
       (SELECT count(*)::int FROM popbox.kuji_tickets t WHERE t.order_id = o.id) AS tickets
     FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id
     JOIN popbox.order_lines l ON l.order_id = o.id AND l.line_number = 1
     JOIN popbox.inventory i ON i.product_id = l.product_id AND i.variant_id IS NOT DISTINCT FROM l.variant_id
     WHERE o.email = $1 ORDER BY o.created_at`,
    [email],
  );
  const [only] = rows;
  if (!only || rows.length > 1) throw new Error(`${email} has ${String(rows.length)} orders.`);
  return only;
}

const sessionList = z.object({
  data: z.array(
    z.object({ id: z.string(), status: z.string(), client_reference_id: z.string().nullable() }),
  ),
});

/** Every session that Stripe has for an order, as `id status`. */
export async function sessionsOf(w: ChildWorld, orderId: string): Promise<string[]> {
  const answer = await fetch(`${w.sandbox.url}/v1/checkout/sessions?limit=100`, {
    headers: { authorization: `Bearer ${w.sandbox.core.settings.stripeSecretKey}` },
  });
  return sessionList
    .parse(await answer.json())
    .data.filter((session) => session.client_reference_id === orderId)
    .map(({ id, status }) => `${id} ${status}`);
}
