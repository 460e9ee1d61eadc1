import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { stripeSignature } from '../../sandbox/stripe/stripe-signature.ts';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { callAs } from '../call-as.ts';
import { guestCookieOf } from '../factories.ts';
import {
  command,
  commandOn,
  crashAt,
  killAndRestart,
  type Crash,
  type ShopCommand,
} from './command.ts';
import { buy, decline, delay, pay, payAndVisit, repeat, settle } from './purchase-commands.ts';
import { ordersIn, sell, type Goods } from './shop-model.ts';

/** A minute longer than a hold. */
const HOLD_MS = 11 * MINUTE_MS;

/** The holds of all who did not pay end. `late`: one of them pays after that time, and before anybody looked. */
export const expire = (late: boolean) =>
  command(
    'expire',
    { late },
    {
      check: () => true,
      run: async (model, { w }) => {
        await w.moveClock(HOLD_MS);
        const [payer] = late ? ordersIn(model, 'open') : [];
        if (payer) {
          w.sandbox.setWebhookMode('drop');
          expect(w.sandbox.pay(payer.sessionId, 'paid')).toBe('done');
          w.sandbox.setWebhookMode('normal');
          payer.state = 'unheard';
        }
        await w.runJobs('resume-checkouts', 'expire-holds', 'finish-refunds', 'requeue-stranded');
        await w.drain();
        for (const order of ordersIn(model, 'unheard')) sell(model, order);
        for (const order of ordersIn(model, 'open')) order.state = 'expired';
      },
    },
  );

const cancel = (pick: number) =>
  commandOn('cancel', pick, ['open'], async (order, _model, { w, canCancel }) => {
    if (!canCancel) return;
    const answer = await w.http
      .post(`/api/v1/checkout/session/${order.publicId}/cancel`)
      .set('Cookie', order.browser);
    expect(answer.status, answer.text).toBe(200);
    await w.drain();
    order.state = 'cancelled';
  });

/** All of it with its goods, or a cent. */
const refund = (pick: number, all: boolean, crash: Crash) =>
  commandOn(
    'refund',
    pick,
    ['paid'],
    async (order, model, real) => {
      const { w, admin } = real;
      const key = randomUUID();
      const send = () =>
        w.http
          .post(`/api/v1/admin/orders/${order.orderId}/refund`)
          .set('Authorization', `Bearer ${admin.token}`)
          .set('Idempotency-Key', key)
          .send(all ? { restock: true } : { amountCents: 1 });
      if (crash !== 'no') {
        await crashAt(real, 'POST /v1/refunds', crash, async () => send());
        await w.runJobs('finish-refunds');
      }
      const answer = await send();
      expect(answer.status, answer.text).toBe(200);
      await w.drain();
      if (!all) return;
      order.state = 'refunded';
      // Numbers that were looked at never return.
      model.onHand[order.goods] += order.quantity - order.opened;
    },
    { pick, all, crash },
  );

const reveal = (pick: number) =>
  commandOn('reveal', pick, ['paid'], async (order, _model, { w }) => {
    const cookie = await guestCookieOf(w, order.sessionId);
    const tickets = `/api/v1/orders/${order.publicId}/tickets`;
    const answer = await w.http.post(`${tickets}/reveal-all`).set('Cookie', cookie);
    expect(answer.status, answer.text).toBe(200);
    if (order.goods === 'ticket') order.opened = order.quantity;
  });

const restock = (by: number) =>
  command('restock', by, {
    check: () => true,
    run: async (model, { w, admin, figure }) => {
      const path = `/admin/products/${figure.productId}/variants/${figure.variantId}/inventory`;
      const onHand = model.onHand.figure + by;
      const expectedOnHand = model.onHand.figure;
      const answer = await callAs(w, admin, ['patch', path], { onHand, expectedOnHand });
      expect(answer.status).toBe(200);
      model.onHand.figure = onHand;
    },
  });

/** Stripe sends an event again that it has sent before, as it may for days. */
const redeliver = (pick: number) =>
  command('redeliver', pick, {
    check: () => true,
    run: async (_model, { w }) => {
      const { stripeSecretKey, stripeWebhookSecret } = w.sandbox.core.settings;
      const listed = await fetch(`${w.sandbox.url}/v1/events?limit=30&delivery_success=true`, {
        headers: { authorization: `Bearer ${stripeSecretKey}` },
      });
      const { data } = (await listed.json()) as { data: object[] };
      const body = JSON.stringify(data[pick % Math.max(1, data.length)] ?? null);
      if (body === 'null') return;
      const signature = stripeSignature(stripeWebhookSecret, Math.floor(Date.now() / 1000), body);
      const answer = await fetch(`${w.url}/api/v1/webhooks/stripe`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
        body,
      });
      expect(answer.status).toBe(200);
      await w.drain();
    },
  });

/** How events are told from now on. */
const tell = (mode: 'normal' | 'duplicate' | 'shuffle') =>
  command('tell', mode, {
    check: () => true,
    run: (_model, { w }) => {
      w.sandbox.setWebhookMode(mode);
      return Promise.resolve();
    },
  });

const kill = () =>
  command('kill', null, { check: () => true, run: (_model, real) => killAndRestart(real) });

const pick = fc.nat(20);
const goods = fc.constantFrom<Goods[]>('figure', 'ticket');
const quantity = fc.integer({ min: 1, max: 2 });
/** Seldom: a new process takes a moment. */
const crash = fc.constantFrom<Crash[]>(...Array<Crash>(12).fill('no'), 'before', 'after');
const buying = fc.tuple(goods, quantity, crash).map((input) => buy(...input));
const paying = fc
  .tuple(
    pick,
    fc.constantFrom('heard', 'heard', 'heard', 'lost', 'declined first', 'crash' as const),
  )
  .map(([of, way]) => pay(of, way));

/** Everything that can happen, buying and paying more often than the rest. */
export const anyCommand: fc.Arbitrary<ShopCommand>[] = [
  buying,
  buying,
  buying,
  paying,
  paying,
  pick.map(payAndVisit),
  pick.map(decline),
  pick.map(delay),
  fc.tuple(pick, fc.constantFrom('succeeded' as const, 'failed' as const)).map((i) => settle(...i)),
  fc.boolean().map(expire),
  pick.map(cancel),
  pick.map(repeat),
  fc.tuple(pick, fc.boolean(), crash).map((input) => refund(...input)),
  pick.map(reveal),
  quantity.map(restock),
  pick.map(redeliver),
  fc.constantFrom('normal' as const, 'duplicate' as const, 'shuffle' as const).map(tell),
  fc.constant(null).map(kill),
];
