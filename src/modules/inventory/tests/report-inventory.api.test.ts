import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { InventoryReport, StockCheck } from '../inventory.admin-contract.ts';

const PATH = '/admin/reports/inventory';

let w: World;
let admin: SignedIn;
let figure: Awaited<ReturnType<typeof aProduct>>;
let kuji: Awaited<ReturnType<typeof aKuji>>;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  figure = await aProduct(w, { onHand: 7 });
  kuji = await aKuji(w, { tickets: 6 });
  const { productId, variantId } = figure;
  const goods = { productId, productVariantId: variantId };
  await aPaidOrder(w, [
    { ...goods, quantity: 2 },
    { productId: kuji.productId, quantity: 2 },
  ]);
  await anOpenCheckout(w, [{ ...goods, quantity: 1 }]);
});
afterAll(() => w.close());

const read = async (query: string) => {
  const { status, data } = await callAs<InventoryReport>(w, admin, ['get', `${PATH}${query}`]);
  return { status, ...data };
};

/** Breaks something, looks, and takes it back. */
async function whileBroken(
  statements: readonly [string, string],
  look: () => Promise<void>,
): Promise<void> {
  const { pool } = w.app.database;
  await pool.query(statements[0]);
  try {
    await look();
  } finally {
    await pool.query(statements[1]);
  }
}

refusesStrangers(() => w, [['get', PATH]]);

describe('GET /admin/reports/inventory', () => {
  it('shows stock beside what ledger, holds and box say it should be', async () => {
    const { items, differenceCount } = await read('');
    expect(differenceCount).toBe(0);
    const of = (productId: string): StockCheck | undefined =>
      items.find((item) => item.productId === productId);
    expect(of(figure.productId)).toMatchObject({
      productVariantId: figure.variantId,
      actual: { onHand: 5, reserved: 1 },
      expected: { onHand: 5, reserved: 1, liveHolds: 1, freeNumbers: null },
      movements: { received: 7, restocked: 0, sold: 2, writtenOff: 0 },
      differences: [],
    });
    expect(of(kuji.productId)).toMatchObject({
      productVariantId: null,
      actual: { onHand: 4, reserved: 0 },
      expected: { freeNumbers: 4 },
      differences: [],
    });
  });

  it('goes through its pages, and refuses what is no number of rows', async () => {
    const first = await read('?limit=1');
    const second = await read(`?limit=1&cursor=${first.nextCursor ?? ''}`);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([1, 1, null]);
    expect(first.items[0]?.inventoryId).not.toBe(second.items[0]?.inventoryId);
    for (const query of ['?limit=0', '?limit=201', '?onlyDifferences=maybe']) {
      expect((await read(query)).status).toBe(400);
    }
  });

  it.each([
    [
      'on_hand = on_hand + 1',
      'on_hand = on_hand - 1',
      ['ON_HAND_DIFFERS_FROM_LEDGER'],
      ['ON_HAND_DIFFERS_FROM_LEDGER', 'ON_HAND_DIFFERS_FROM_BOX'],
    ],
    [
      'reserved = reserved + 1',
      'reserved = reserved - 1',
      ['RESERVED_DIFFERS_FROM_LEDGER', 'RESERVED_DIFFERS_FROM_HOLDS'],
      ['RESERVED_DIFFERS_FROM_LEDGER', 'RESERVED_DIFFERS_FROM_HOLDS'],
    ],
  ])('finds %s', async (broken, mended, ofFigure, ofKuji) => {
    const update = (set: string) => `UPDATE popbox.inventory SET ${set}`;
    await whileBroken([update(broken), update(mended)], async () => {
      const { items, differenceCount } = await read('?onlyDifferences=true');
      expect(differenceCount).toBe(2);
      const codes = new Map(items.map((item) => [item.productId, item.differences]));
      expect(codes.get(figure.productId)).toEqual(ofFigure);
      expect(codes.get(kuji.productId)).toEqual(ofKuji);
    });
    expect((await read('?onlyDifferences=true')).items).toEqual([]);
  });

  it('finds goods that are held for an order which has ended', async () => {
    const ended = `UPDATE popbox.orders SET payment_state = 'expired', expired_at = now() WHERE status = 'pending_payment'`;
    const open = `UPDATE popbox.orders SET payment_state = 'awaiting', expired_at = NULL WHERE status = 'expired'`;
    await whileBroken([ended, open], async () => {
      const { items } = await read('?onlyDifferences=true');
      expect(items).toMatchObject([
        { productId: figure.productId, differences: ['HELD_FOR_AN_ENDED_ORDER'] },
      ]);
    });
  });
});
