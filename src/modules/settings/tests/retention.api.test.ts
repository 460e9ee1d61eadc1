import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { loadRetentionPolicy } from '../index.ts';

const PATH = '/admin/settings/retention';
const DEFAULTS = {
  paidOrderYears: 7,
  unpaidOrderDays: 90,
  contactDays: 365,
  mailDays: 180,
  eventDays: 90,
};

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

it('shows and saves how long personal data is kept, and who changed it', async () => {
  expect((await callAs(w, admin, ['get', PATH])).data).toEqual(DEFAULTS);
  const wanted = { ...DEFAULTS, mailDays: 30 };
  expect(await callAs(w, admin, ['put', PATH], wanted)).toMatchObject({
    status: 200,
    data: wanted,
  });
  expect((await callAs(w, admin, ['get', PATH])).data).toEqual(wanted);
  // What the nightly job reads.
  expect(await loadRetentionPolicy(w.app.database.db)).toEqual(wanted);
  const { rows } = await w.app.database.pool.query(
    `SELECT actor, before, after FROM popbox.audit_entries WHERE target_id = 'retention'`,
  );
  expect(rows).toEqual([{ actor: `admin:${admin.userId}`, before: DEFAULTS, after: wanted }]);
});

it.each([
  {},
  { ...DEFAULTS, paidOrderYears: 0 },
  { ...DEFAULTS, mailDays: 1 },
  { ...DEFAULTS, eventDays: null },
])('refuses %j', async (body) => {
  const answer = await callAs(w, admin, ['put', PATH], body);
  expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
});
