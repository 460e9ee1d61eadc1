import { and, eq, inArray, isNull, notExists } from 'drizzle-orm';
import { inTx, readNow } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';
import { ticketReminders } from '../../../db/schema/orders-follow-up.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { findOrdersWithClosedTickets, hasClosedTickets } from '../../kuji/index.ts';
import { loadMailSettings } from '../../settings/index.ts';
import { enqueueTicketsReminder } from './enqueue-order-mails.ts';
import { lockOrder } from './keep-order.ts';
import { REVEALABLE_STATUSES } from './reveal-order-tickets.ts';

const PAGE = 500;

/**
 * How long after its day a reminder may still come: longer than a worker stays away. Older tickets are left in peace, so
 * that switching the reminder on writes to nobody about last year, and the search stays small.
 */
const LATEST_MS = 14 * DAY_MS;

/**
 * Job: reminds buyers of tickets that they have not opened some days after the draw, once per order. Answers how many
 * were reminded.
 */
export async function remindOfTickets(app: App): Promise<number> {
  const { ticketReminderAfterDays: days } = await loadMailSettings(app.database.db);
  if (days === null) return 0;
  const drawnUntil = addMs(await readNow(app), -days * DAY_MS);
  const drawnAfter = addMs(drawnUntil, -LATEST_MS);
  let reminded = 0;
  let afterId: string | null = null;
  for (;;) {
    const page = await findOrdersWithClosedTickets(app.database.db, {
      drawnAfter,
      drawnUntil,
      afterId,
      limit: PAGE,
    });
    for (const orderId of await findDue(app, page)) {
      if (await remindOnce(app, orderId)) reminded += 1;
    }
    afterId = page.at(-1) ?? null;
    if (page.length < PAGE) return reminded;
  }
}

async function findDue(app: App, orderIds: readonly string[]): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const { db } = app.database;
  const rows = await db
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        inArray(orders.id, [...orderIds]),
        inArray(orders.status, [...REVEALABLE_STATUSES]),
        isNull(orders.erasedAt),
        notExists(db.select().from(ticketReminders).where(eq(ticketReminders.orderId, orders.id))),
      ),
    );
  return rows.map(({ id }) => id);
}

/** Under the order's lock: whoever refunds it or reminds at the same time waits, and finds it done. */
function remindOnce(app: App, orderId: string): Promise<boolean> {
  return inTx(app, 'orders.remind-of-tickets', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order || order.erasedAt !== null || !REVEALABLE_STATUSES.has(order.status)) return false;
    if (!(await hasClosedTickets(tx, orderId))) return false;
    const marked = await tx
      .insert(ticketReminders)
      .values({ orderId, createdAt: now })
      .onConflictDoNothing()
      .returning();
    if (marked.length === 0) return false;
    await enqueueTicketsReminder(tx, app, { orderId, now });
    return true;
  });
}
