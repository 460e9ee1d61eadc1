import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  aPaidOrder,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { revealTicket } from '../../kuji/index.ts';
import { moneyOf, refundAs } from '../../../../testing/refund-as.ts';

let w: World;
let admin: SignedIn;

beforeAll(async () => {
  w = await world({ poolMax: 20 });
  admin = await anAdmin(w);
});
afterAll(() => w.close());

it('refunds at once never give back more than was paid', async () => {
  const { productId, variantId } = await aProduct(w);
  const { orderId } = await aPaidOrder(w, [
    { productId, productVariantId: variantId, quantity: 1 },
  ]);
  const { receivedCents } = await moneyOf(w, orderId);
  const amountCents = Math.floor(receivedCents / 3);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => refundAs(w, admin, orderId, { amountCents })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
  await w.drain();
  expect((await moneyOf(w, orderId)).atStripe).toEqual([amountCents, amountCents, amountCents]);
});

it('H13 a ticket is revealed or returned, not both', async () => {
  const kuji = await aKuji(w, { tickets: 12 });
  for (let round = 0; round < 6; round += 1) {
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }]);
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      'SELECT id FROM popbox.kuji_tickets WHERE order_id = $1',
      [orderId],
    );
    const ticketId = rows[0]?.id ?? '';
    await Promise.allSettled([
      refundAs(w, admin, orderId, { ticketIds: [ticketId] }),
      inTx(w.app, 'test.reveal', (tx, now) => revealTicket(tx, { orderId, ticketId, now })),
    ]);
    const after = await w.app.database.pool.query<{ opened: boolean; state: string | null }>(
      `SELECT t.revealed_at IS NOT NULL AS opened, n.state FROM popbox.kuji_tickets t
       JOIN popbox.kuji_numbers n ON n.set_id = t.set_id AND n.number = t.number WHERE t.id = $1`,
      [ticketId],
    );
    const [ticket] = after.rows;
    expect(ticket?.state).toBe(ticket?.opened === true ? 'burned' : 'free');
  }
});
