import { setTimeout } from 'node:timers/promises';
import { asc, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { OpenCheckout } from '../../../../testing/factories.ts';
import type { World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { inventory } from '../../../db/schema/inventory.ts';
import { kujiLog, kujiPrizes, kujiSeals, kujiSets, kujiTickets } from '../../../db/schema/kuji.ts';
import { everyStepFits, revealTicket, verifyAudit, voidTickets } from '../index.ts';

/** The newest set of a product. */
export async function setOf(w: World, productId: string) {
  const sets = await w.app.database.db
    .select()
    .from(kujiSets)
    .where(eq(kujiSets.productId, productId))
    .orderBy(asc(kujiSets.setNumber));
  const set = sets.at(-1);
  if (!set) throw new Error('The product has no set.');
  return set;
}

export function sealsOf(w: World, setId: string) {
  return w.app.database.db
    .select()
    .from(kujiSeals)
    .where(eq(kujiSeals.setId, setId))
    .orderBy(asc(kujiSeals.id));
}

export async function prizesOf(w: World, setId: string) {
  return w.app.database.db
    .select()
    .from(kujiPrizes)
    .where(eq(kujiPrizes.setId, setId))
    .orderBy(asc(kujiPrizes.sortOrder));
}

/** Tickets of a set in the order of the draws, the Last One at the end. */
export function ticketsOf(w: World, setId: string) {
  return w.app.database.db
    .select()
    .from(kujiTickets)
    .where(eq(kujiTickets.setId, setId))
    .orderBy(asc(kujiTickets.seq));
}

export async function logOf(w: World, setId: string) {
  const rows = await w.app.database.db
    .select({ entry: kujiLog.entry })
    .from(kujiLog)
    .where(eq(kujiLog.setId, setId))
    .orderBy(asc(kujiLog.index));
  return rows.map(({ entry }) => entry);
}

export async function onHandOf(w: World, productId: string): Promise<number | undefined> {
  const [stock] = await w.app.database.db
    .select({ onHand: inventory.onHand })
    .from(inventory)
    .where(eq(inventory.productId, productId));
  return stock?.onHand;
}

/** As a refund does in its transaction. */
export function takeBack(w: World, ...tickets: readonly { id: string }[]) {
  const ticketIds = tickets.map(({ id }) => id);
  return inTx(w.app, 'test.void', (tx, now) =>
    voidTickets(tx, w.app, { ticketIds, reason: 'refunded', now, actor: 'test' }),
  );
}

/** As its owner does. */
export function openTicket(w: World, { id, orderId }: { id: string; orderId: string }) {
  return inTx(w.app, 'test.reveal', (tx, now) => revealTicket(tx, { ticketId: id, orderId, now }));
}

/** I22: what the public is shown stands up to the verifier. */
export async function expectAuditToVerify(w: World, setId: string): Promise<void> {
  const answer = await w.http.get(`/api/v1/kuji/sets/${setId}/audit`);
  expect(answer.status).toBe(200);
  const steps = await verifyAudit((answer.body as { data: unknown }).data);
  expect(steps.filter((step) => !step.ok)).toEqual([]);
  expect(everyStepFits(steps)).toBe(true);
}

/** Pays without telling the shop: its webhook is held back. */
export function payUnseen(w: World, order: OpenCheckout): void {
  w.sandbox.setWebhookMode('hold');
  w.sandbox.pay(order.sessionId, 'paid');
}

/** What the shopper's browser does after paying; it finalises the order. While others are finalised it asks again. */
export async function openSuccessPage(w: World, order: OpenCheckout): Promise<number> {
  for (let i = 0; i < 200; i += 1) {
    const { status } = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: order.sessionId });
    if (status !== 202) return status;
    await setTimeout(50);
  }
  return 202;
}

/** The webhooks that `payUnseen` held back; they find everything done. */
export async function deliverHeldWebhooks(w: World): Promise<void> {
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.releaseWebhooks();
  await w.drain();
}
