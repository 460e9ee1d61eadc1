import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anOpenCheckout, aPaidOrder, aProduct } from '../../testing/factories.ts';
import { world, type World } from '../../testing/world.ts';
import { migrateDatabase } from '../../src/main/migrate-database.ts';
import { DATABASE } from '../postgres/reach-dev-database.ts';
import { startEmbeddedPostgres } from '../postgres/start-embedded-postgres.ts';
import { runCommand, runCommandIn } from './run-command.ts';

let w: World;
let variantId: string;
beforeAll(async () => {
  w = await world();
  const figure = await aProduct(w, { onHand: 7 });
  await aProduct(w);
  variantId = figure.variantId;
  const goods = { productId: figure.productId, productVariantId: variantId };
  await aPaidOrder(w, [{ ...goods, quantity: 2 }]);
  await anOpenCheckout(w, [{ ...goods, quantity: 1 }]);
});
afterAll(() => w.close());

const check = (...args: string[]) => runCommand(w, 'inventory-check.ts', ...args);

describe('pnpm inventory:check', () => {
  it('ends with 0 where all agrees', async () => {
    expect(await check()).toEqual({ code: 0, output: '2 stock rows, 0 with differences\n' });
  });

  it('ends with 1 on any difference, and prints it', async () => {
    const update = (by: string) =>
      w.app.database.pool.query(
        `UPDATE popbox.inventory SET on_hand = on_hand ${by} WHERE variant_id = $1`,
        [variantId],
      );
    await update('+ 1');
    const { code, output } = await check();
    await update('- 1');
    expect(code).toBe(1);
    expect(output).toContain('2 stock rows, 1 with differences');
    expect(output).toMatch(new RegExp(`${variantId} +6 +5 .* ON_HAND_DIFFERS_FROM_LEDGER$`, 'm'));
  });

  it('looks at the shop of pnpm dev where the environment names none', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'inventory-check-'));
    const postgres = join(dataDir, 'postgres');
    const checkDev = () => runCommandIn({ DATA_DIR: dataDir }, 'inventory-check.ts');
    try {
      const none = await checkDev();
      expect(none.code).toBe(1);
      expect(none.output).toContain('pnpm dev');
      const server = await startEmbeddedPostgres({ dataDir: postgres, durable: false });
      try {
        await server.createDatabase(DATABASE);
        await migrateDatabase(server.url(DATABASE));
        expect(await checkDev()).toEqual({ code: 0, output: '0 stock rows, 0 with differences\n' });
      } finally {
        await server.stop();
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 60_000);

  it('says how it is called', async () => {
    expect(await check('now')).toMatchObject({ code: 2 });
  });
});
