import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct } from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx, type Tx } from '../../../db/client.ts';
import { convertHolds, releaseHolds, takeHolds, type HoldRequest } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 10 });
});
afterAll(() => w.close());

const ENOUGH = 'enough was seen';

/** An unpaid order of two things whose holds stand in the table against the order of their stock rows. */
async function crossedOrder() {
  const items = await Promise.all(
    [0, 1].map(async () => {
      const { productId, variantId } = await aProduct(w, { onHand: 5 });
      return { productId, productVariantId: variantId, quantity: 1 };
    }),
  );
  const { orderId } = await anOpenCheckout(w, items);
  const { rows } = await w.app.database.pool.query<HoldRequest>(
    `SELECT order_line_id AS "orderLineId", inventory_id AS "inventoryId", quantity FROM popbox.holds
     WHERE order_id = $1 ORDER BY inventory_id DESC`,
    [orderId],
  );
  const [high, low] = rows;
  if (!high || !low) throw new Error('An order of two lines has two holds.');
  await inTx(w.app, 'test.cross', async (tx, now) => {
    const who = { orderId, now, actor: 'test' };
    await releaseHolds(tx, { ...who, lineCount: 2, as: 'released' });
    for (const line of [high, low]) {
      await takeHolds(tx, w.app, { ...who, lines: [line], expiresAt: now });
    }
  });
  return { orderId, high, low };
}

type Crossed = Awaited<ReturnType<typeof crossedOrder>>;

const lock = (client: pg.ClientBase, { inventoryId }: HoldRequest, how = '') =>
  client.query(`SELECT 1 FROM popbox.inventory WHERE id = $1 FOR NO KEY UPDATE ${how}`, [
    inventoryId,
  ]);

type Step = (tx: Tx, order: Crossed, now: Date) => Promise<unknown>;

const convert: Step = (tx, { orderId }, now) =>
  convertHolds(tx, { orderIds: [orderId], lineCount: 2, now, actor: 'test' });

const release: Step = (tx, { orderId }, now) =>
  releaseHolds(tx, { orderId, lineCount: 2, as: 'expired', now, actor: 'test' });

/** Refused in the end, because the lines have their holds; the stock comes first. */
const takeAgain: Step = (tx, { orderId, high, low }, now) =>
  takeHolds(tx, w.app, { orderId, lines: [high, low], expiresAt: now, now, actor: 'test' });

// Red if the rows are locked as the holds or the cart name them: whoever waits for the lower one has the higher one by then.
it.each([
  ['sold', convert, ENOUGH],
  ['freed', release, ENOUGH],
  ['taken', takeAgain, 'duplicate key'],
])('goods are %s in the order of their ids', async (_, step, ending) => {
  const order = await crossedOrder();
  const { pool } = w.app.database;
  const [holder, other] = [await pool.connect(), await pool.connect()];
  try {
    await holder.query('BEGIN');
    await lock(holder, order.low);
    const running = inTx(w.app, 'test.step', async (tx, now) => {
      await step(tx, order, now);
      throw new Error(ENOUGH);
    });
    const ended = expect(running).rejects.toThrow(ending);
    await untilBlocked(w, 1);
    await other.query('BEGIN');
    await lock(other, order.high, 'NOWAIT');
    await other.query('ROLLBACK');
    await holder.query('ROLLBACK');
    await ended;
  } finally {
    holder.release();
    other.release();
  }
});
