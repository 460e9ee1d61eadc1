import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { routes } from '../../src/main/routes.ts';
import { childWorld, type ChildWorld } from '../child/child-world.ts';
import { cloneDatabase } from '../clone-database.ts';
import { aKuji, anAdmin, aProduct, type SignedIn } from '../factories.ts';
import { checkInvariants } from '../invariants.ts';
import { anyCommand, expire } from './shop-commands.ts';
import { reservedOf, type RealShop, type ShopModel } from './shop-model.ts';

/**
 * `MODEL_RUNS=500 npx -y pnpm@12 exec vitest run testing/model` for many. What fails prints its seed and path;
 * `MODEL_SEED` and `MODEL_PATH` give them back.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 3);
const { MODEL_SEED, MODEL_PATH } = process.env;
const FEW = 4;

vi.setConfig({ hookTimeout: 120_000 });

let w: ChildWorld;
let admin: SignedIn;
beforeAll(async () => {
  w = await childWorld({ database: await cloneDatabase() });
  admin = await anAdmin(w);
});
afterAll(() => w.close());

async function openShop(): Promise<{ model: ShopModel; real: RealShop }> {
  const canCancel = routes(w.app).some(
    ({ route }) => route.operationId === 'cancelCheckoutSession',
  );
  return {
    model: { orders: [], onHand: { figure: FEW, ticket: FEW } },
    real: {
      w,
      figure: await aProduct(w, { onHand: FEW }),
      box: await aKuji(w, { tickets: FEW }),
      admin,
      canCancel,
    },
  };
}

/** Where the shop differs from the model. */
async function compare(model: ShopModel, { figure, box }: RealShop): Promise<void> {
  const { pool } = w.app.database;
  const orders = await pool.query<{ id: string; status: string; tickets: number }>(
    `SELECT o.id, o.status, (SELECT count(*)::int FROM popbox.kuji_tickets t
       WHERE t.order_id = o.id AND t.kind = 'number') AS tickets
     FROM popbox.orders o WHERE o.id = ANY ($1)`,
    [model.orders.map(({ orderId }) => orderId)],
  );
  const real = new Map(orders.rows.map(({ id, ...facts }) => [id, facts]));
  const isSold = (state: string) => state === 'paid' || state === 'refunded';
  expect(model.orders.map(({ orderId }) => real.get(orderId))).toEqual(
    model.orders.map(({ state, goods, quantity }) => ({
      status: state === 'processing' ? 'pending_payment' : state,
      tickets: goods === 'ticket' && isSold(state) ? quantity : 0,
    })),
  );
  const stock = await pool.query<{ product_id: string; on_hand: number; reserved: number }>(
    'SELECT product_id, on_hand, reserved FROM popbox.inventory WHERE product_id = ANY ($1)',
    [[figure.productId, box.productId]],
  );
  const stockOf = (productId: string) => stock.rows.find((row) => row.product_id === productId);
  for (const [goods, { productId }] of [
    ['figure', figure],
    ['ticket', box],
  ] as const) {
    expect(stockOf(productId), goods).toMatchObject({
      on_hand: model.onHand[goods],
      reserved: reservedOf(model, goods),
    });
  }
}

it(
  'whatever is bought, paid, given back, repeated, lost and killed, the shop is as the model says',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands(anyCommand, { maxCommands: 20, size: 'max' }),
        async (commands) => {
          const { model, real } = await openShop();
          w.sandbox.setWebhookMode('normal');
          await fc.asyncModelRun(() => ({ model, real }), commands);
          w.sandbox.setWebhookMode('normal');
          await expire(false).run(model, real);
          await compare(model, real);
          await checkInvariants(w);
        },
      ),
      {
        numRuns: RUNS,
        ...(MODEL_SEED === undefined ? {} : { seed: Number(MODEL_SEED) }),
        ...(MODEL_PATH === undefined ? {} : { path: MODEL_PATH }),
        // The first history that fails is told as it is: making it shorter takes as long as running it many times.
        endOnFailure: true,
      },
    );
  },
  Math.max(120_000, RUNS * 30_000),
);
