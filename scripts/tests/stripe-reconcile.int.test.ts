import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anOpenCheckout, aProduct, type OpenCheckout } from '../../testing/factories.ts';
import { statusOf } from '../../testing/refund-as.ts';
import { world, type World } from '../../testing/world.ts';
import { runCommand } from './run-command.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const run = (...args: string[]) => runCommand(w, 'stripe-reconcile.ts', ...args);

/** Paid while the shop could not be reached. */
async function aLostPayment(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w);
  const opened = await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  return opened;
}

describe('pnpm stripe:reconcile', () => {
  it('prints what it found, and nothing the second time', async () => {
    const lost = await aLostPayment();
    const found = await run('--days', '1');
    expect(found.code).toBe(0);
    expect(found.output).toMatch(/^what +id +order +outcome$/m);
    expect(found.output).toMatch(
      new RegExp(`^session +${lost.sessionId} +${lost.orderId} +finalised$`, 'm'),
    );
    expect(found.output).toContain('event checkout.session.completed');
    await w.app.queue.drain();
    expect(await statusOf(w, lost.orderId)).toBe('paid');
    const again = await run();
    expect(again).toMatchObject({ code: 0 });
    expect(again.output).toContain('0 of them new to the shop');
    await w.drain();
  });

  it('ends with 1 where somebody paid for an order that is not here', async () => {
    const params = {
      orderId: w.app.newId(),
      publicId: 'PBX-0123456789',
      customerEmail: 'lost@example.com',
      currency: 'CAD' as const,
      lines: [{ name: 'Figure', description: null, unitAmountCents: 2_500, quantity: 1 }],
      expiresAtSeconds: Math.floor(Date.now() / 1000) + 3600,
      successUrl: 'http://shop.test/{CHECKOUT_SESSION_ID}',
      cancelUrl: 'http://shop.test/cart',
      paymentMethods: ['card'],
    };
    const session = await w.app.stripe.createSession(params, 'lost/1');
    w.sandbox.pay(session.id, 'paid');
    await w.drain();
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`${params.orderId} +order_unknown`));
  });

  it.each([['--days', '31'], ['--days', 'x'], ['--nonsense']])('refuses %s %s', async (...args) => {
    const { code, output } = await run(...args);
    expect(code).toBe(2);
    expect(output).toContain('Usage: pnpm stripe:reconcile');
  });
});
