import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aCustomer,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { eraseSuppression } from '../../outbox/index.ts';

let w: World;
let admin: SignedIn;

const pageSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.uuid(),
      email: z.string().min(3),
      firstName: z.string().nullable(),
      lastName: z.string().nullable(),
      phone: z.string().nullable(),
      orderCount: z.int().min(0),
      mailSuppression: z.strictObject({ reason: z.string() }).loose().nullable(),
      createdAt: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    }),
  ),
  nextCursor: z.string().nullable(),
});

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  const { productId, variantId } = await aProduct(w, { onHand: 50 });
  const items = [{ productId, productVariantId: variantId, quantity: 1 }];
  await aPaidOrder(w, items, { email: 'aiko@example.com' });
  await aPaidOrder(w, items, { email: 'Aiko@Example.com' });
  await aPaidOrder(w, items, { email: 'bo_li@example.com' });
  // Abandoned: makes no customer, and does not count for one.
  await anOpenCheckout(w, items, { email: 'nobody@example.com' });
  await anOpenCheckout(w, items, { email: 'bo_li@example.com' });
});
afterAll(() => w.close());

const list = async (query: Record<string, string> = {}) => {
  const path = `/admin/customers?${new URLSearchParams(query).toString()}`;
  const { status, data } = await callAs(w, admin, ['get', path]);
  expect(status).toBe(200);
  return pageSchema.parse(data);
};
const emails = async (query: Record<string, string>) =>
  (await list(query)).items.map(({ email }) => email);

refusesStrangers(() => w, [['get', '/admin/customers']]);

describe('the customers', () => {
  it('are who paid, newest first, with what they paid for', async () => {
    const { items, nextCursor } = await list();
    expect(nextCursor).toBeNull();
    expect(items.map(({ email, orderCount }) => [email, orderCount])).toEqual([
      ['bo_li@example.com', 1],
      ['aiko@example.com', 2],
    ]);
    expect(items[1]).toMatchObject({ firstName: 'Aiko', lastName: 'Tremblay', phone: null });
  });

  it('show whose mail comes back, also when the address was erased since', async () => {
    await w.app.database.pool.query(
      `INSERT INTO popbox.suppressed_addresses (id, email, reason, detail)
       VALUES (gen_random_uuid(), 'bo_li@example.com', 'bounced', 'no such mailbox')`,
    );
    const troubles = async () =>
      (await list()).items.map(({ mailSuppression }) => mailSuppression?.reason ?? null);
    expect(await troubles()).toEqual(['bounced', null]);
    await inTx(w.app, 'test', (tx) => eraseSuppression(tx, w.app, 'bo_li@example.com'));
    expect(await troubles()).toEqual(['bounced', null]);
  });

  it('are found by parts of e-mail and name, and by beginnings', async () => {
    expect(await emails({ search: 'AIKO@' })).toEqual(['aiko@example.com']);
    expect(await emails({ search: 'tremblay bo' })).toEqual(['bo_li@example.com']);
    expect(await emails({ search: 'o_l' })).toEqual(['bo_li@example.com']);
    for (const search of ['nobody', 'o%l', 'xample.org', '%', 'ko']) {
      expect(await emails({ search }), search).toEqual([]);
    }
  });

  it('come in pages, also those who share a time', async () => {
    await w.app.database.pool.query(
      `INSERT INTO popbox.customers (id, email, created_at)
       SELECT gen_random_uuid(), 'many' || n || '@example.com', '2026-01-01 00:00:00.123456+00' FROM generate_series(1, 7) n`,
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: z.infer<typeof pageSchema> = await list({ limit: '3', cursor });
      seen.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([9, 9]);
    expect(seen.slice(0, 2)).toEqual(['bo_li@example.com', 'aiko@example.com']);
  });

  it('are not listed for bad queries, nor for customers', async () => {
    for (const query of ['limit=0', 'limit=101', `search=${'x'.repeat(201)}`]) {
      expect(await callAs(w, admin, ['get', `/admin/customers?${query}`])).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
      });
    }
    const refused = await callAs(w, await aCustomer(w), ['get', '/admin/customers']);
    expect(refused).toMatchObject({ status: 403, code: 'ADMIN_ROLE_REQUIRED' });
  });
});
