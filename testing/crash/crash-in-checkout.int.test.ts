import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { childWorld, type ChildWorld } from '../child/child-world.ts';
import { cloneDatabase } from '../clone-database.ts';
import { anOpenCheckout, aProduct, checkout, type CartItem } from '../factories.ts';
import {
  endOf,
  lookAtOrder,
  sendCheckout,
  sessionsOf,
  untilProviderNoticed,
  type SentCheckout,
} from './look-at-order.ts';

const CREATE = 'POST /v1/checkout/sessions';
const EXPIRE = 'POST /v1/checkout/sessions/:id/expire';
/** Longer than the lease of an attempt or of a due order. */
const LEASE_MS = 2 * MINUTE_MS;
const HOLD_MS = 10 * MINUTE_MS;

// A new process takes a second, and many on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: ChildWorld;
beforeAll(async () => {
  w = await childWorld({ database: await cloneDatabase() });
});
afterAll(() => w.close());

async function aCart(): Promise<CartItem[]> {
  const { productId, variantId } = await aProduct(w, { onHand: 3 });
  return [{ productId, productVariantId: variantId, quantity: 2 }];
}

/** Sends so many checkouts, stops each before or after Stripe's work, and kills the API. */
async function crashAtStripe(side: 'before' | 'after', count: number): Promise<SentCheckout[]> {
  const sent: SentCheckout[] = [];
  for (let i = 0; i < count; i += 1) {
    const gate = w.sandbox.gate(CREATE, side);
    sent.push(sendCheckout(w, await aCart()));
    await gate.arrived;
    gates.push(gate);
  }
  await w.kill();
  await untilProviderNoticed(w);
  for (const gate of gates.splice(0)) gate.open();
  expect(await Promise.all(sent.map(({ end }) => end))).toEqual(Array(count).fill('lost'));
  await w.api.start();
  return sent;
}
const gates: { open: () => void }[] = [];

/** The shopper tries again with his key, pays, and the event is worked. */
async function repeatAndPay({ body, key }: SentCheckout): Promise<string> {
  const again = await checkout(w, body, key);
  expect(again.status, again.text).toBe(201);
  const { sessionId } = (again.body as { data: { sessionId: string } }).data;
  w.sandbox.pay(sessionId, 'paid');
  await w.drain();
  return sessionId;
}

const PAID = { status: 'paid', onHand: 1, reserved: 0, holds: ['converted 2'] };
const PAID_MAILS = ['order-confirmed sent', 'order-notice sent'];
const EXPIRED = { status: 'expired', onHand: 3, reserved: 0, holds: ['expired 2'], mails: [] };

it('C01 crash after the reserve commit, before the Stripe call', async () => {
  const [repeated, abandoned] = await crashAtStripe('before', 2);
  if (!repeated || !abandoned) throw new Error('Nothing was sent.');
  for (const { body } of [repeated, abandoned]) {
    const facts = await lookAtOrder(w, body.email);
    expect(facts).toMatchObject({ status: 'pending_payment', reserved: 2, sessionId: null });
    expect(await sessionsOf(w, facts.id)).toEqual([]);
  }

  await w.moveClock(LEASE_MS);
  const sessionId = await repeatAndPay(repeated);
  const paid = await lookAtOrder(w, repeated.body.email);
  expect(paid).toMatchObject({ ...PAID, sessionId, mails: PAID_MAILS });
  expect(await sessionsOf(w, paid.id)).toEqual([`${sessionId} complete`]);

  // Nobody comes back for the other: its session is made, so that it can be ended, and then the goods are free.
  await w.moveClock(HOLD_MS - LEASE_MS);
  await w.runJobs('expire-holds');
  const ended = await lookAtOrder(w, abandoned.body.email);
  expect(ended).toMatchObject(EXPIRED);
  expect(await sessionsOf(w, ended.id)).toEqual([`${String(ended.sessionId)} expired`]);
});

// Red if the key for Stripe is not made of the order's id: two pages for one order.
it('C02 crash after the Stripe call, before recording', async () => {
  const [repeated, abandoned, resumed] = await crashAtStripe('after', 3);
  if (!repeated || !abandoned || !resumed) throw new Error('Nothing was sent.');
  const unrecorded = await lookAtOrder(w, repeated.body.email);
  expect(unrecorded).toMatchObject({ status: 'pending_payment', reserved: 2, sessionId: null });
  const [atStripe] = await sessionsOf(w, unrecorded.id);

  await w.moveClock(LEASE_MS);
  const sessionId = await repeatAndPay(repeated);
  expect(atStripe).toBe(`${sessionId} open`);
  const paid = await lookAtOrder(w, repeated.body.email);
  expect(paid).toMatchObject({ ...PAID, sessionId, mails: PAID_MAILS });
  expect(await sessionsOf(w, paid.id)).toEqual([`${sessionId} complete`]);

  // The job goes on before the shopper does, and both speak of the same page.
  await w.runJobs('resume-checkouts');
  const recorded = await lookAtOrder(w, resumed.body.email);
  expect(await sessionsOf(w, recorded.id)).toEqual([`${String(recorded.sessionId)} open`]);
  expect(await repeatAndPay(resumed)).toBe(recorded.sessionId);
  expect(await lookAtOrder(w, resumed.body.email)).toMatchObject(PAID);

  await w.moveClock(HOLD_MS);
  await w.runJobs('expire-holds');
  const ended = await lookAtOrder(w, abandoned.body.email);
  expect(ended).toMatchObject(EXPIRED);
  expect(await sessionsOf(w, ended.id)).toEqual([`${String(ended.sessionId)} expired`]);
});

/** Brings an abandoned checkout to its expiry, stops the job at Stripe and kills the API. */
async function crashInExpiry(side: 'before' | 'after') {
  const opened = await anOpenCheckout(w, await aCart());
  await w.moveClock(HOLD_MS);
  // Stripe tells of the expiry, too. Here only the job may know.
  w.sandbox.setWebhookMode('drop');
  const gate = w.sandbox.gate(EXPIRE, side);
  const job = endOf(w.runJobs('expire-holds'));
  await gate.arrived;
  await w.kill();
  await untilProviderNoticed(w);
  gate.open();
  expect(await job).toBe('lost');
  await w.api.start();
  const held = { status: 'pending_payment', reserved: 2, holds: ['live 2'] };
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject(held);
  // The claim of the dead process still stands.
  await w.runJobs('expire-holds');
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject(held);
  return opened;
}

async function expectFreedOnce(opened: {
  orderId: string;
  sessionId: string;
  key: string;
  body: { email: string };
}) {
  await w.moveClock(LEASE_MS);
  await w.runJobs('expire-holds');
  await w.runJobs('expire-holds');
  w.sandbox.setWebhookMode('normal');
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject(EXPIRED);
  expect(await sessionsOf(w, opened.orderId)).toEqual([`${opened.sessionId} expired`]);
  const again = await checkout(w, opened.body, opened.key);
  expect(again.body).toMatchObject({ errors: { code: 'CHECKOUT_ENDED' } });
}

// Red if a due order is claimed without a lease that lapses: its goods would stay held.
it('C07 crash after sessions.expire, before freeing', async () => {
  const opened = await crashInExpiry('after');
  expect(await sessionsOf(w, opened.orderId)).toEqual([`${opened.sessionId} expired`]);
  await expectFreedOnce(opened);
});

it('C08 crash after claiming due orders, before any call', async () => {
  const opened = await crashInExpiry('before');
  expect(await sessionsOf(w, opened.orderId)).toEqual([`${opened.sessionId} open`]);
  await expectFreedOnce(opened);
});
