import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'vitest';
import { stripeSignature } from '../../sandbox/stripe/stripe-signature.ts';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { callAs } from '../call-as.ts';
import { checkout, checkoutBody, guestCookieOf, newKey } from '../factories.ts';
import { endOf, untilProviderNoticed } from '../crash/look-at-order.ts';
import {
  ordersIn,
  reservedOf,
  sell,
  type Goods,
  type ModelOrder,
  type OrderState,
  type RealShop,
  type ShopModel,
} from './shop-model.ts';

/** Longer than the lease of an attempt or of a due order, and than a refund waits for its answer. */
const LEASE_MS = 2 * MINUTE_MS;
const HOLD_MS = 11 * MINUTE_MS;

export type ShopCommand = fc.AsyncCommand<ShopModel, RealShop>;

type Crash = 'no' | 'before' | 'after';

/** One thing that happens to the shop, and what must come of it. */
function command<Input>(
  name: string,
  input: Input,
  parts: {
    check: (model: ShopModel) => boolean;
    run: (model: ShopModel, real: RealShop) => Promise<void>;
  },
): ShopCommand {
  return {
    ...parts,
    check: (model) => parts.check(model),
    toString: () => `${name}(${JSON.stringify(input)})`,
  };
}

/** A command about one of the orders in these states, chosen by number. */
function commandOn(
  name: string,
  pick: number,
  states: readonly OrderState[],
  run: (order: ModelOrder, model: ShopModel, real: RealShop) => Promise<void>,
  input: unknown = pick,
): ShopCommand {
  return command(name, input, {
    check: (model) => ordersIn(model, ...states).length > 0,
    run: async (model, real) => {
      const fitting = ordersIn(model, ...states);
      const order = fitting[pick % fitting.length];
      if (order) await run(order, model, real);
    },
  });
}

/** Kills the API, starts the next one, and lets it find what the first one left. */
async function killAndRestart({ w }: RealShop): Promise<void> {
  await w.kill();
  await w.untilForgotten();
  await w.api.start();
  await w.letQueueTimePass();
}

/** Sends a request and kills the API before or after the provider's work for it. */
async function crashAt(
  real: RealShop,
  gateAt: string,
  side: 'before' | 'after',
  send: () => Promise<unknown>,
): Promise<void> {
  const gate = real.w.sandbox.gate(gateAt, side);
  const end = endOf(send());
  await gate.arrived;
  await real.w.kill();
  await untilProviderNoticed(real.w);
  gate.open();
  expect(await end).toBe('lost');
  await real.w.api.start();
  await real.w.letQueueTimePass();
  await real.w.moveClock(LEASE_MS);
}

const buy = (goods: Goods, quantity: number, crash: Crash) =>
  command(
    'buy',
    { goods, quantity, crash },
    {
      check: () => true,
      run: async (model, real) => {
        const { w, figure, box } = real;
        const item =
          goods === 'ticket'
            ? { productId: box.productId, quantity }
            : { productId: figure.productId, productVariantId: figure.variantId, quantity };
        const [body, key] = [checkoutBody([item]), newKey()];
        const isThere = model.onHand[goods] - reservedOf(model, goods) >= quantity;
        if (crash !== 'no' && isThere) {
          await crashAt(real, 'POST /v1/checkout/sessions', crash, () => checkout(w, body, key));
        }
        const answer = await checkout(w, body, key);
        expect(answer.status, answer.text).toBe(isThere ? 201 : 409);
        if (!isThere) return;
        const { data } = answer.body as {
          data: { orderId: string; publicId: string; sessionId: string };
        };
        const given: unknown = answer.headers['set-cookie'];
        const browser = Array.isArray(given) ? String(given[0]).split(';')[0] : '';
        const { orderId, publicId, sessionId } = data;
        const ids = { orderId, publicId, sessionId, browser: browser ?? '' };
        model.orders.push({ goods, quantity, opened: 0, state: 'open', body, key, ...ids });
      },
    },
  );

const repeat = (pick: number) =>
  command('repeat', pick, {
    check: ({ orders }) => orders.length > 0,
    run: async ({ orders }, { w }) => {
      const order = orders[pick % orders.length];
      if (!order) return;
      const again = await checkout(w, order.body, order.key);
      if (order.state !== 'open') expect(again.status, again.text).toBe(409);
      else expect(again.body).toMatchObject({ data: { sessionId: order.sessionId } });
    },
  });

/** `crash`: the event is stored and the process dies before it is worked. */
const pay = (pick: number, way: 'heard' | 'lost' | 'crash' | 'declined first') =>
  commandOn(
    'pay',
    pick,
    ['open'],
    async (order, model, real) => {
      const { w } = real;
      if (way === 'declined first')
        expect(w.sandbox.pay(order.sessionId, 'declined')).toBe('declined');
      if (way === 'lost') w.sandbox.setWebhookMode('drop');
      expect(w.sandbox.pay(order.sessionId, 'paid')).toBe('done');
      if (way === 'lost') {
        w.sandbox.setWebhookMode('normal');
        order.state = 'unheard';
        return;
      }
      await w.sandbox.webhooksIdle();
      if (way === 'crash') await killAndRestart(real);
      await w.drain();
      sell(model, order);
    },
    { pick, way },
  );

const payAndVisit = (pick: number) =>
  commandOn('payAndVisit', pick, ['open', 'unheard'], async (order, model, { w }) => {
    if (order.state === 'open') w.sandbox.pay(order.sessionId, 'paid');
    const page = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: order.sessionId });
    expect(page.status, page.text).toBe(200);
    await w.drain();
    sell(model, order);
  });

const decline = (pick: number) =>
  commandOn('decline', pick, ['open'], async (order, _model, { w }) => {
    expect(w.sandbox.pay(order.sessionId, 'declined')).toBe('declined');
    await w.drain();
  });

const delay = (pick: number) =>
  commandOn('delay', pick, ['open'], async (order, _model, { w }) => {
    expect(w.sandbox.pay(order.sessionId, 'processing')).toBe('done');
    await w.drain();
    order.state = 'processing';
  });

const settle = (pick: number, outcome: 'succeeded' | 'failed') =>
  commandOn(
    'settle',
    pick,
    ['processing'],
    async (order, model, { w }) => {
      expect(w.sandbox.settle(order.sessionId, outcome)).toBe(true);
      await w.drain();
      if (outcome === 'succeeded') sell(model, order);
      else order.state = 'cancelled';
    },
    { pick, outcome },
  );

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
