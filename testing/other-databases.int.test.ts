import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { cloneDatabase } from './clone-database.ts';
import { aKuji, anAdmin, aPaidOrder, aProduct, guestCookieOf } from './factories.ts';
import {
  hasPgBouncer,
  hasPostgres15,
  startPgBouncer,
  startPostgres15,
} from './start-debian-servers.ts';
import { runSql } from './run-sql.ts';
import { world, type World } from './world.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** Buys, opens and pays back, several at once; closing the world checks all invariants. */
async function liveADay(w: World): Promise<void> {
  const figure = await aProduct(w, { onHand: 20 });
  const kuji = await aKuji(w, { tickets: 6 });
  const items = [
    { productId: figure.productId, productVariantId: figure.variantId, quantity: 2 },
    { productId: kuji.productId, quantity: 1 },
  ];
  const orders = await Promise.all([1, 2, 3, 4, 5, 6].map(() => aPaidOrder(w, items)));

  for (const { publicId, sessionId } of orders) {
    const cookie = await guestCookieOf(w, sessionId);
    const opened = await w.http
      .post(`/api/v1/orders/${publicId}/tickets/reveal-all`)
      .set('cookie', cookie)
      .expect(200);
    expect(opened.body).toMatchObject({ data: { counts: { unrevealed: 0 } } });
  }
  const admin = await anAdmin(w);
  await w.http
    .post(`/api/v1/admin/orders/${orders[0]?.orderId ?? ''}/refund`)
    .set('authorization', `Bearer ${admin.token}`)
    .set('idempotency-key', randomUUID())
    .send({ amountCents: 500 })
    .expect(200);
  for (const path of ['/home', '/products?sort=price_asc', '/search?q=figure', '/collections']) {
    await w.http.get(`/api/v1${path}`).expect(200);
  }
  const { rows } = await w.app.database.pool.query(
    `SELECT on_hand, reserved FROM popbox.inventory WHERE variant_id = $1`,
    [figure.variantId],
  );
  expect(rows).toEqual([{ on_hand: 8, reserved: 0 }]);
}

describe('the shop on another database than the usual one', () => {
  test.skipIf(!hasPgBouncer)('works behind PgBouncer in transaction mode', async () => {
    const database = await cloneDatabase();
    const pooler = await startPgBouncer(inject('adminDatabaseUrl'));
    stops.push(pooler.stop);
    const url = pooler.url(new URL(database.url).pathname.slice(1));
    const w = await world({ database: { url, drop: database.drop } });
    expect(w.app.database.preparesStatements).toBe(false);
    await liveADay(w);
    await w.close();
  });

  test.skipIf(!hasPostgres15)('works on Postgres 15', async () => {
    const server = await startPostgres15({ durable: false });
    stops.push(server.stop);
    await runSql(server.url('postgres'), 'CREATE DATABASE shop');
    const url = server.url('shop');
    await migrateDatabase(url);
    const w = await world({
      database: {
        url,
        drop: () => runSql(server.url('postgres'), 'DROP DATABASE shop WITH (FORCE)'),
      },
    });
    await liveADay(w);
    await w.close();
  });
});
