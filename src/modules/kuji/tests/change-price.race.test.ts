import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, checkout, checkoutBody } from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { lockKujiInventory } from '../../inventory/index.ts';
import { resealAtPrice } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 8 });
});
afterAll(() => w.close());

it('a cart that read the old price holds no ticket of a box that was sealed at a new one', async () => {
  const { productId } = await aKuji(w, { tickets: 5, priceCents: 1_000 });
  const buy = () => checkout(w, checkoutBody([{ productId, quantity: 1 }]));
  const late = await inTx(w.app, 'change-price', async (tx, now) => {
    await lockKujiInventory(tx, productId);
    // It has read what it will charge, and waits for the stock.
    const bought = buy();
    await untilBlocked(w, 1);
    await tx.execute(sql`
      UPDATE popbox.products SET price_cents = 2000, min_price_cents = 2000, max_price_cents = 2000
      WHERE id = ${productId}::uuid`);
    await resealAtPrice(tx, w.app, { productId, now, actor: 'test' });
    return { bought };
  });
  expect((await late.bought).status).toBe(409);
  expect((await buy()).status).toBe(201);
  const { rows } = await w.app.database.db.execute(sql`
    SELECT line.unit_price_cents FROM popbox.order_lines line
    JOIN popbox.holds hold ON hold.order_line_id = line.id WHERE line.product_id = ${productId}::uuid`);
  expect(rows).toEqual([{ unit_price_cents: 2_000 }]);
});
