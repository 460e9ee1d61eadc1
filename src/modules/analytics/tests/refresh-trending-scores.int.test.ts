import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { changeProduct } from '../../catalog/index.ts';
import { refreshTrendingScores } from '../index.ts';
import { loadDemand } from '../queries/load-demand.ts';

const DAY_S = 86_400;

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const run = (statement: ReturnType<typeof sql>) => w.app.database.db.execute(statement);
const itemOf = (product: TestProduct, quantity: number) => ({
  productId: product.productId,
  productVariantId: product.variantId,
  quantity,
});

async function scoreOf(product: TestProduct): Promise<number> {
  const { rows } = await w.app.database.db.execute<{ score: number }>(sql`
    SELECT trending_score AS score FROM popbox.products WHERE id = ${product.productId}::uuid`);
  return rows[0]?.score ?? -1;
}

/** The score of a product whose one order or hold is so old. Seconds pass while a test runs. */
async function scoreAt(product: TestProduct, table: 'orders' | 'holds', ageS: number) {
  const at = sql`now() - make_interval(secs => ${ageS}::int)`;
  await (table === 'orders'
    ? run(sql`UPDATE popbox.orders sold SET paid_at = ${at} FROM popbox.order_lines line
        WHERE line.order_id = sold.id AND line.product_id = ${product.productId}::uuid`)
    : run(sql`UPDATE popbox.holds held SET created_at = ${at}, expires_at = now() + interval '1 hour'
        FROM popbox.inventory stock
        WHERE stock.id = held.inventory_id AND stock.product_id = ${product.productId}::uuid`));
  await refreshTrendingScores(w.app);
  return scoreOf(product);
}

const SLACK_S = 60;

describe('paid units', () => {
  let product: TestProduct;
  beforeAll(async () => {
    product = await aProduct(w);
    await aPaidOrder(w, [itemOf(product, 3)]);
  });

  it.each([
    ['just now', 0, 24],
    ['within 3 days', 3 * DAY_S - SLACK_S, 24],
    ['after 3 days', 3 * DAY_S + SLACK_S, 12],
    ['within 14 days', 14 * DAY_S - SLACK_S, 12],
    ['after 14 days', 14 * DAY_S + SLACK_S, 6],
    ['within 30 days', 30 * DAY_S - SLACK_S, 6],
    ['after 30 days', 30 * DAY_S + SLACK_S, 0],
  ])('of %s count once, in one window', async (_when, ageS, score) => {
    expect(await scoreAt(product, 'orders', ageS)).toBe(score);
  });

  it('count while packed and shipped, and no longer when given back', async () => {
    expect(await scoreAt(product, 'orders', 0)).toBe(24);
    const setState = (change: ReturnType<typeof sql>) =>
      run(sql`UPDATE popbox.orders SET ${change} WHERE id IN (
        SELECT order_id FROM popbox.order_lines WHERE product_id = ${product.productId}::uuid)`);
    for (const state of ['packed', 'shipped', 'none']) {
      await setState(sql`fulfilment_state = ${state}`);
      await refreshTrendingScores(w.app);
      expect(await scoreOf(product), state).toBe(24);
    }
    await setState(sql`payment_state = 'refunded', refunded_at = now()`);
    await refreshTrendingScores(w.app);
    expect(await scoreOf(product)).toBe(0);
    await setState(sql`payment_state = 'paid', refunded_at = NULL`);
  });
});

describe('reserved units', () => {
  let product: TestProduct;
  beforeAll(async () => {
    product = await aProduct(w);
    await anOpenCheckout(w, [itemOf(product, 2)]);
  });

  it.each([
    ['just now', 0, 6],
    ['within a day', DAY_S - SLACK_S, 6],
    ['after a day', DAY_S + SLACK_S, 2],
    ['within 7 days', 7 * DAY_S - SLACK_S, 2],
    ['after 7 days', 7 * DAY_S + SLACK_S, 0],
  ])('of %s count in one window', async (_when, ageS, score) => {
    expect(await scoreAt(product, 'holds', ageS)).toBe(score);
  });

  it('count no longer when their time is over', async () => {
    expect(await scoreAt(product, 'holds', 0)).toBe(6);
    await run(
      sql`UPDATE popbox.holds SET expires_at = now() - interval '1 second' WHERE state = 'live'`,
    );
    await refreshTrendingScores(w.app);
    expect(await scoreOf(product)).toBe(0);
  });
});

describe('the job', () => {
  let product: TestProduct;
  beforeEach(async () => {
    product = await aProduct(w);
  });

  it('counts a hold until it is paid, then the order alone', async () => {
    const opened = await anOpenCheckout(w, [itemOf(product, 2)]);
    await refreshTrendingScores(w.app);
    expect(await scoreOf(product)).toBe(6);
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    await refreshTrendingScores(w.app);
    expect(await scoreOf(product)).toBe(16);
  });

  it('adds up orders and holds of a product', async () => {
    await aPaidOrder(w, [itemOf(product, 1)]);
    await aPaidOrder(w, [itemOf(product, 2)]);
    await anOpenCheckout(w, [itemOf(product, 1)]);
    await refreshTrendingScores(w.app);
    expect(await scoreOf(product)).toBe(27);
  });

  it('writes what changed and nothing else, and is no change of the product', async () => {
    await aPaidOrder(w, [itemOf(product, 1)]);
    const versions = async () =>
      (
        await w.app.database.db.execute<{ id: string; xmin: string; updatedAt: string }>(sql`
          SELECT id, xmin::text, updated_at::text AS "updatedAt" FROM popbox.products ORDER BY id`)
      ).rows;
    const before = await versions();
    expect(await refreshTrendingScores(w.app)).toBe(1);
    const after = await versions();
    expect(after.filter((row, i) => row.xmin !== before[i]?.xmin).map((row) => row.id)).toEqual([
      product.productId,
    ]);
    expect(after.map((row) => row.updatedAt)).toEqual(before.map((row) => row.updatedAt));
    expect(await refreshTrendingScores(w.app)).toBe(0);
  });

  it('does not wait for an editor, and comes back', async () => {
    await aPaidOrder(w, [itemOf(product, 1)]);
    const client = await w.app.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM popbox.products WHERE id = $1 FOR UPDATE', [
        product.productId,
      ]);
      expect(await refreshTrendingScores(w.app)).toBe(0);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect(await refreshTrendingScores(w.app)).toBe(1);
    expect(await scoreOf(product)).toBe(8);
  });

  it('gives an archived product its score as well: it may come back', async () => {
    await aPaidOrder(w, [itemOf(product, 1)]);
    await changeProduct(w.app, {
      actor: 'test',
      requestId: null,
      productId: product.productId,
      changes: { status: 'archived' },
    });
    await refreshTrendingScores(w.app);
    expect(await scoreOf(product)).toBe(8);
  });
});

describe('the borders of the windows', () => {
  const paidAt = new Date('2026-11-01T12:00:00.000Z');
  let product: TestProduct;
  beforeAll(async () => {
    product = await aProduct(w);
    await aPaidOrder(w, [itemOf(product, 1)]);
    await run(sql`UPDATE popbox.orders sold SET paid_at = ${paidAt.toISOString()} FROM popbox.order_lines line
      WHERE line.order_id = sold.id AND line.product_id = ${product.productId}::uuid`);
  });

  it.each([
    [3 * DAY_S * 1_000, 8],
    [3 * DAY_S * 1_000 + 1, 4],
    [14 * DAY_S * 1_000, 4],
    [14 * DAY_S * 1_000 + 1, 2],
    [30 * DAY_S * 1_000, 2],
    [30 * DAY_S * 1_000 + 1, undefined],
  ])('belong to the younger one: %i ms after payment a unit counts %s', async (ageMs, score) => {
    const now = new Date(paidAt.getTime() + ageMs);
    const demand = await inTx(w.app, 'test', (tx) => loadDemand(tx, now));
    expect(demand.find((entry) => entry.productId === product.productId)?.score).toBe(score);
  });
});
