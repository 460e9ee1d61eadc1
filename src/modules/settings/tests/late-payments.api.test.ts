import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';

const PATH = '/admin/settings/late-payments';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

refusesStrangers(
  () => w,
  [
    ['get', PATH],
    ['put', PATH],
  ],
);

it('gives the money back until somebody decides otherwise, and says who did', async () => {
  const show = () => callAs(w, admin, ['get', PATH]);
  expect((await show()).data).toEqual({ whenStockIsGone: 'refund' });
  const saved = await callAs(w, admin, ['put', PATH], { whenStockIsGone: 'attention' });
  expect(saved).toMatchObject({ status: 200, data: { whenStockIsGone: 'attention' } });
  expect((await show()).data).toEqual({ whenStockIsGone: 'attention' });
  const { rows } = await w.app.database.pool.query(
    `SELECT actor, before, after FROM popbox.audit_entries WHERE target_id = 'late_payment'`,
  );
  expect(rows).toEqual([
    {
      actor: `admin:${admin.userId}`,
      before: { whenStockIsGone: 'refund' },
      after: { whenStockIsGone: 'attention' },
    },
  ]);
});

it.each([{}, { whenStockIsGone: 'keep' }, { whenStockIsGone: null }])(
  'refuses %j',
  async (body) => {
    const answer = await callAs(w, admin, ['put', PATH], body);
    expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  },
);
