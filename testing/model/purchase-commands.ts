import { expect } from 'vitest';
import { checkout, checkoutBody, newKey } from '../factories.ts';
import { command, commandOn, crashAt, killAndRestart, type Crash } from './command.ts';
import { reservedOf, sell, type Goods } from './shop-model.ts';

export const buy = (goods: Goods, quantity: number, crash: Crash) =>
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

export const repeat = (pick: number) =>
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
export const pay = (pick: number, way: 'heard' | 'lost' | 'crash' | 'declined first') =>
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

export const payAndVisit = (pick: number) =>
  commandOn('payAndVisit', pick, ['open', 'unheard'], async (order, model, { w }) => {
    if (order.state === 'open') w.sandbox.pay(order.sessionId, 'paid');
    const page = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: order.sessionId });
    expect(page.status, page.text).toBe(200);
    await w.drain();
    sell(model, order);
  });

export const decline = (pick: number) =>
  commandOn('decline', pick, ['open'], async (order, _model, { w }) => {
    expect(w.sandbox.pay(order.sessionId, 'declined')).toBe('declined');
    await w.drain();
  });

export const delay = (pick: number) =>
  commandOn('delay', pick, ['open'], async (order, _model, { w }) => {
    expect(w.sandbox.pay(order.sessionId, 'processing')).toBe('done');
    await w.drain();
    order.state = 'processing';
  });

export const settle = (pick: number, outcome: 'succeeded' | 'failed') =>
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
