import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import { anAdmin, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterEach(async () => {
  await w.app.database.pool.query('DELETE FROM popbox.settings');
});
afterAll(() => w.close());

const KUJI = '/admin/settings/kuji';
const CHECKOUT = '/admin/settings/checkout';

refusesStrangers(
  () => w,
  [
    ['get', KUJI],
    ['put', KUJI],
    ['get', CHECKOUT],
    ['put', CHECKOUT],
  ],
);

const NO_KUJI_LIMITS = {
  isStopped: false,
  maxTicketsPerOrder: null,
  maxTicketsPerPersonAndSet: null,
  maxTicketsPerPersonAndDay: null,
  blockedProvinces: [],
};
const USUAL_CHECKOUT = { maxOpenPerShopper: 3, maxOpenPerMailbox: 10, delayedPaymentMethods: [] };

const rowsOf = async (sql: string, ...values: unknown[]) =>
  (await w.app.database.pool.query<Record<string, unknown>>(sql, values)).rows;

describe.each([
  [
    KUJI,
    'kuji',
    NO_KUJI_LIMITS,
    {
      isStopped: true,
      maxTicketsPerOrder: 5,
      maxTicketsPerPersonAndSet: 10,
      maxTicketsPerPersonAndDay: 1_000,
      blockedProvinces: ['AB', 'QC'],
    },
  ],
  [
    CHECKOUT,
    'checkout',
    USUAL_CHECKOUT,
    { maxOpenPerShopper: 1, maxOpenPerMailbox: 100, delayedPaymentMethods: ['acss_debit'] },
  ],
])('%s', (path, key, usual, changed) => {
  it('has defaults, which reading does not write down', async () => {
    expect(await callAs(w, admin, ['get', path])).toMatchObject({ status: 200, data: usual });
    expect(await rowsOf('SELECT key FROM popbox.settings')).toEqual([]);
  });

  it('is saved as a whole, with its audit', async () => {
    const saved = await callAs(w, admin, ['put', path], changed);
    expect([saved.status, saved.data]).toEqual([200, changed]);
    expect((await callAs(w, admin, ['get', path])).data).toEqual(changed);
    const audit = await rowsOf(
      `SELECT actor, action, before, after, request_id IS NOT NULL AS "hasRequest" FROM popbox.audit_entries
       WHERE target_type = 'settings' AND target_id = $1`,
      key,
    );
    expect(audit).toEqual([
      {
        actor: `admin:${admin.userId}`,
        action: 'settings.saved',
        before: usual,
        after: changed,
        hasRequest: true,
      },
    ]);
  });

  it.each(Object.keys(usual))('refuses a body without %s', async (field) => {
    const body = { ...changed, [field]: undefined };
    const { status, code, fields } = await callAs(w, admin, ['put', path], body);
    expect([status, code, Object.keys(fields)]).toEqual([400, 'VALIDATION_FAILED', [field]]);
    expect(await rowsOf('SELECT key FROM popbox.settings')).toEqual([]);
  });
});

describe('values', () => {
  it.each([
    [KUJI, 'maxTicketsPerOrder', 0],
    [KUJI, 'maxTicketsPerPersonAndSet', 1.5],
    [KUJI, 'maxTicketsPerPersonAndDay', '5'],
    [KUJI, 'maxTicketsPerPersonAndDay', 1_001],
    [KUJI, 'blockedProvinces.0', ['XX']],
    [KUJI, 'isStopped', null],
    [CHECKOUT, 'maxOpenPerShopper', 0],
    [CHECKOUT, 'maxOpenPerMailbox', null],
    [CHECKOUT, 'delayedPaymentMethods.0', ['card']],
  ])('%s refuses a bad %s (case %#)', async (path, field, value) => {
    const usual = path === KUJI ? NO_KUJI_LIMITS : USUAL_CHECKOUT;
    const [name = ''] = field.split('.');
    const refused = await callAs(w, admin, ['put', path], { ...usual, [name]: value });
    expect([refused.status, Object.keys(refused.fields)]).toEqual([400, [field]]);
  });

  it('a province or a method that is named twice is kept once', async () => {
    const body = { ...NO_KUJI_LIMITS, blockedProvinces: ['QC', 'AB', 'QC'] };
    const saved = await callAs<typeof body>(w, admin, ['put', KUJI], body);
    expect(saved.data.blockedProvinces).toEqual(['AB', 'QC']);
  });
});
