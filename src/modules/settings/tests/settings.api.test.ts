import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, aProduct, anOpenCheckout, type SignedIn } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { storeBannerSchema, type ShippingSettings } from '../index.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  // With a long memory: whoever saves must see what he saved all the same.
  w = await world({ poolMax: 20, cacheMs: 60_000 });
  admin = await anAdmin(w);
});
afterEach(async () => {
  await w.app.database.pool.query('DELETE FROM popbox.settings');
  w.app.responseCache.forgetAll();
});
afterAll(() => w.close());

const SHIPPING = '/settings/shipping';
const BANNER = '/settings/store-banner';

const DEFAULTS: ShippingSettings = {
  flatShippingCents: 1599,
  calgaryFreeShippingThresholdCents: 7700,
  albertaFreeShippingThresholdCents: 8800,
  freeShippingThresholdCents: 14900,
  currency: 'CAD',
};

const read = async (path: string): Promise<unknown> => {
  const response = await w.http.get(`/api/v1${path}`).set('Authorization', `Bearer ${admin.token}`);
  expect(response.status).toBe(200);
  return (response.body as { data: unknown }).data;
};
const readBanner = async (path: string) => storeBannerSchema.parse(await read(path));

const save = async (path: string, body: object) => {
  const response = await w.http
    .put(`/api/v1/admin${path}`)
    .set('Authorization', `Bearer ${admin.token}`)
    .send(body);
  const { data, errors } = response.body as {
    data: unknown;
    errors?: { code: string; fields: Record<string, string[]> };
  };
  return { status: response.status, data, errors };
};
const saveBanner = async (body: object) => {
  const { status, data } = await save(BANNER, body);
  expect(status).toBe(200);
  return storeBannerSchema.parse(data);
};

const storedAt = async (key: string): Promise<Record<string, unknown> | undefined> => {
  const { rows } = await w.app.database.pool.query<{ value: Record<string, unknown> }>(
    'SELECT value FROM popbox.settings WHERE key = $1',
    [key],
  );
  return rows[0]?.value;
};

const store = (key: string, value: object) =>
  w.app.database.pool.query(
    `INSERT INTO popbox.settings (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [key, value],
  );

const auditOf = async (key: string) => {
  const { rows } = await w.app.database.pool.query<{
    actor: string;
    before: Record<string, unknown>;
    after: Record<string, unknown>;
  }>(
    `SELECT actor, before, after FROM popbox.audit_entries
     WHERE action = 'settings.saved' AND target_type = 'settings' AND target_id = $1 ORDER BY id`,
    [key],
  );
  return rows;
};

describe('settings', () => {
  refusesStrangers(
    () => w,
    [
      ['get', `/admin${SHIPPING}`],
      ['put', `/admin${SHIPPING}`],
      ['get', `/admin${BANNER}`],
      ['put', `/admin${BANNER}`],
    ],
  );
});

describe('shipping settings', () => {
  it('fragile fact 17: five fields, thresholds that do not fall with distance', async () => {
    const data = await read(SHIPPING);
    expect(data).toEqual(DEFAULTS);
    expect(await read(`/admin${SHIPPING}`)).toEqual(DEFAULTS);
  });

  it('the defaults are written down at the first read, by many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => read(`/admin${SHIPPING}`)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await storedAt('shipping')).toMatchObject(DEFAULTS);
  });

  it('what is saved is shown to everybody and charged', async () => {
    const changed = { ...DEFAULTS, flatShippingCents: 1_000, freeShippingThresholdCents: 20_000 };
    await read(SHIPPING);
    expect(await save(SHIPPING, changed)).toMatchObject({ status: 200, data: changed });
    expect(await read(SHIPPING)).toEqual(changed);
    const product = await aProduct(w, { priceCents: 5_000 });
    const { orderId } = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const { rows } = await w.app.database.pool.query(
      'SELECT shipping_cents FROM popbox.orders WHERE id = $1',
      [orderId],
    );
    expect(rows).toEqual([{ shipping_cents: 1_000 }]);
  });

  it('saving leaves the postal prefixes alone', async () => {
    const calgaryPostalPrefixes = ['T1Y', 'T4*'];
    await store('shipping', { ...DEFAULTS, calgaryPostalPrefixes });
    await save(SHIPPING, { ...DEFAULTS, flatShippingCents: 0, calgaryPostalPrefixes: [] });
    expect(await storedAt('shipping')).toEqual({
      ...DEFAULTS,
      flatShippingCents: 0,
      calgaryPostalPrefixes,
    });
  });

  it.each([
    ['flatShippingCents', { flatShippingCents: -1 }],
    ['flatShippingCents', { flatShippingCents: 15.99 }],
    ['flatShippingCents', { flatShippingCents: '1599' }],
    ['flatShippingCents', { flatShippingCents: null }],
    ['flatShippingCents', { flatShippingCents: 2_147_483_648 }],
    ['calgaryFreeShippingThresholdCents', { calgaryFreeShippingThresholdCents: undefined }],
    ['currency', { currency: 'USD' }],
    ['currency', { currency: 'cad' }],
    ['albertaFreeShippingThresholdCents', { albertaFreeShippingThresholdCents: 7_699 }],
    ['freeShippingThresholdCents', { freeShippingThresholdCents: 8_799 }],
  ])('refuses a bad %s before any write (case %#)', async (field, overrides) => {
    const before = await auditOf('shipping');
    const { status, errors } = await save(SHIPPING, { ...DEFAULTS, ...overrides });
    expect([status, errors?.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(Object.keys(errors?.fields ?? {})).toEqual([field]);
    expect(await storedAt('shipping')).toBeUndefined();
    expect(await auditOf('shipping')).toEqual(before);
  });

  it('thresholds may be equal', async () => {
    const flat = {
      ...DEFAULTS,
      albertaFreeShippingThresholdCents: 7_700,
      freeShippingThresholdCents: 7_700,
    };
    expect(await save(SHIPPING, flat)).toMatchObject({ status: 200, data: flat });
  });

  it('a corrupt row is an error and no default, and saving mends it', async () => {
    await store('shipping', {
      ...DEFAULTS,
      flatShippingCents: 'free',
      calgaryPostalPrefixes: ['T2*'],
    });
    const broken = await w.http.get(`/api/v1${SHIPPING}`);
    expect(broken.status).toBe(500);
    expect(broken.body).toMatchObject({ errors: { code: 'INTERNAL_ERROR' } });
    expect(broken.text).not.toContain('corrupt');
    expect((await save(SHIPPING, DEFAULTS)).status).toBe(200);
    expect(await read(SHIPPING)).toEqual(DEFAULTS);
  });

  it('of two admins who save at once one comes last, whole, and the audit tells the story', async () => {
    const known = (await auditOf('shipping')).length;
    const bodies = Array.from({ length: 6 }, (_, i) => ({
      ...DEFAULTS,
      flatShippingCents: i,
      freeShippingThresholdCents: 15_000 + i,
    }));
    const answers = await Promise.all(bodies.map((body) => save(SHIPPING, body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    const stored = await storedAt('shipping');
    expect(bodies).toContainEqual(await read(SHIPPING));
    const story = (await auditOf('shipping')).slice(known);
    expect(story).toHaveLength(bodies.length);
    // Ids are not in the order of commits, so the story is followed by what each found.
    let now: Record<string, unknown> | undefined = story.find(
      ({ before }) => before.flatShippingCents === 1599,
    )?.before;
    const left = [...story];
    while (left.length > 0) {
      const next = left.findIndex(({ before }) => JSON.stringify(before) === JSON.stringify(now));
      expect(next).toBeGreaterThanOrEqual(0);
      now = left.splice(next, 1)[0]?.after;
    }
    expect(now).toEqual(stored);
    expect(story[0]?.actor).toBe(`admin:${admin.userId}`);
  });
});

const anItem = (overrides: Record<string, unknown> = {}) => ({
  message: 'Hello',
  linkLabel: null,
  linkHref: null,
  sortOrder: 0,
  isActive: true,
  ...overrides,
});

describe('store banner', () => {
  it('announces what shipping costs while nobody saved another', async () => {
    await save(SHIPPING, { ...DEFAULTS, flatShippingCents: 1_200 });
    const banner = await readBanner(BANNER);
    expect(banner).toMatchObject({
      enabled: true,
      items: [
        {
          message: 'Free shipping across Canada from $149.00. Flat rate $12.00 below that.',
          linkHref: '/legal/shipping-returns',
        },
      ],
    });
    await save(SHIPPING, DEFAULTS);
    expect((await readBanner(BANNER)).items[0]?.message).toContain('$15.99');
  });

  it('is saved normalised, with an id for each item', async () => {
    const data = await saveBanner({
      enabled: true,
      items: [
        anItem({ message: ' Second ', sortOrder: 2, linkHref: ' ' }),
        anItem({ id: 'mine', message: 'First', sortOrder: 1, linkHref: '/collections/featured' }),
        anItem({ id: 'mine', message: 'Third', sortOrder: 2, linkHref: 'https://example.com/x' }),
      ],
    });
    expect(data.items.map(({ message, linkHref }) => [message, linkHref])).toEqual([
      ['First', '/collections/featured'],
      ['Second', null],
      ['Third', 'https://example.com/x'],
    ]);
    expect(data.items[0]?.id).toBe('mine');
    expect(new Set(data.items.map(({ id }) => id)).size).toBe(3);
    expect(await read(`/admin${BANNER}`)).toEqual(data);
    expect(await read(BANNER)).toEqual(data);
  });

  it('shows shoppers active items only, and none while it is off', async () => {
    const items = [
      anItem({ id: 'on' }),
      anItem({ id: 'off', message: 'Not yet', isActive: false }),
    ];
    await save(BANNER, { enabled: true, items });
    expect(await read(`/admin${BANNER}`)).toMatchObject({ items: [{ id: 'on' }, { id: 'off' }] });
    expect((await readBanner(BANNER)).items.map(({ id }) => id)).toEqual(['on']);
    await save(BANNER, { enabled: false, items });
    expect(await read(BANNER)).toEqual({ enabled: false, items: [] });
    expect((await readBanner(`/admin${BANNER}`)).items).toHaveLength(2);
  });

  it('may be on without items', async () => {
    const empty = { enabled: true, items: [] };
    expect(await save(BANNER, empty)).toMatchObject({ status: 200, data: empty });
    expect(await read(BANNER)).toEqual(empty);
  });

  it('reads the older form with a single message', async () => {
    await store('store_banner', { enabled: true, message: ' Old news ', linkHref: '/faq' });
    expect(await read(BANNER)).toMatchObject({
      enabled: true,
      items: [{ message: 'Old news', linkHref: '/faq' }],
    });
  });

  it.each([
    ['items', { items: Array.from({ length: 6 }, () => anItem()) }],
    ['items', { items: null }],
    ['enabled', { enabled: 'yes' }],
    ['items.0.message', { items: [anItem({ message: '  ' })] }],
    ['items.0.message', { items: [anItem({ message: 'x'.repeat(161) })] }],
    ['items.0.linkLabel', { items: [anItem({ linkLabel: 'x'.repeat(41), linkHref: '/faq' })] }],
    ['items.0.linkHref', { items: [anItem({ linkLabel: 'More' })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: `/${'x'.repeat(300)}` })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: 'javascript:alert(1)' })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: 'mailto:a@example.com' })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: 'http://example.com' })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: '//example.com' })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: '/\\example.com' })] }],
    ['items.0.linkHref', { items: [anItem({ linkHref: 'faq' })] }],
    ['items.0.sortOrder', { items: [anItem({ sortOrder: -1 })] }],
    ['items.0.sortOrder', { items: [anItem({ sortOrder: 0.5 })] }],
    ['items.0.isActive', { items: [anItem({ isActive: null })] }],
  ])('refuses a bad %s before any write (case %#)', async (field, overrides) => {
    const body = { enabled: true, items: [], ...overrides };
    const { status, errors } = await save(BANNER, body);
    expect([status, errors?.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(Object.keys(errors?.fields ?? {})).toEqual([field]);
    expect(await storedAt('store_banner')).toBeUndefined();
  });

  it('each saving is in the audit, the first with the banner that was shown', async () => {
    const known = (await auditOf('store_banner')).length;
    const shown = await readBanner(`/admin${BANNER}`);
    const data = await saveBanner({ enabled: false, items: [anItem()] });
    expect((await auditOf('store_banner')).slice(known)).toEqual([
      { actor: `admin:${admin.userId}`, before: shown, after: data },
    ]);
  });

  it('two first savers at once both succeed, and one banner is whole', async () => {
    const bodies = ['One', 'Two', 'Three', 'Four'].map((message) => ({
      enabled: true,
      items: [anItem({ id: message, message })],
    }));
    const answers = await Promise.all(bodies.map(saveBanner));
    expect(answers).toContainEqual(await read(BANNER));
  });
});
