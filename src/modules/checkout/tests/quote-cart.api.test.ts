import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOMER_EMAIL } from '../../../../sandbox/supabase/people.ts';
import {
  aCustomer,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aProduct,
  aVariant,
  checkout,
  checkoutBody,
  newKey,
} from '../../../../testing/factories.ts';
import { callAs } from '../../../../testing/call-as.ts';
import { snapshotRows } from '../../../../testing/snapshot-rows.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changeProduct } from '../../catalog/index.ts';
import { tellAnswer } from './look-at-checkout.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const quote = (body: object) => w.http.post('/api/v1/checkout/quote').send(body);
const codeOf = (response: { body: unknown }) =>
  (response.body as { errors: { code: string } }).errors.code;
const inVancouver = {
  fullName: 'B C',
  line1: '1 Main St',
  line2: null,
  city: 'Vancouver',
  province: 'BC',
  postalCode: 'V6C 0C3',
  countryCode: 'CA',
  phone: null,
};

async function lineOf(onHand = 5, priceCents = 4_999) {
  const { productId, variantId } = await aProduct(w, { onHand, priceCents });
  return { productId, productVariantId: variantId, quantity: 1 };
}

describe('POST /checkout/quote', () => {
  it('tells goods, shipping, each tax and the threshold', async () => {
    const response = await quote(checkoutBody([await lineOf()], { shippingAddress: inVancouver }));
    expect(response.status).toBe(200);
    expect((response.body as { data: unknown }).data).toEqual({
      subtotalCents: 4_999,
      shippingCents: 1_599,
      taxCents: 792,
      totalCents: 7_390,
      taxBreakdown: {
        countryCode: 'CA',
        provinceCode: 'BC',
        taxableAmountCents: 6_598,
        gstRatePpm: 50_000,
        pstRatePpm: 70_000,
        hstRatePpm: 0,
        qstRatePpm: 0,
        gstCents: 330,
        pstCents: 462,
        hstCents: 0,
        qstCents: 0,
        totalTaxCents: 792,
      },
      shippingRegion: 'canada',
      appliedFreeShippingThresholdCents: 14_900,
    });
  });

  it('equals what Stripe is asked for', async () => {
    const line = await lineOf();
    const response = await quote(checkoutBody([line], { shippingAddress: inVancouver }));
    const opened = await anOpenCheckout(w, [line], { shippingAddress: inVancouver });
    const session = await w.app.stripe.retrieveSession(opened.sessionId);
    expect((response.body as { data: { totalCents: number } }).data.totalCents).toBe(
      session?.amountTotalCents,
    );
  });

  it('reserves nothing and writes no order', async () => {
    const line = await lineOf(1);
    for (let i = 0; i < 3; i += 1) expect((await quote(checkoutBody([line]))).status).toBe(200);
    const { rows } = await w.app.database.pool.query<{ reserved: number; orders: number }>(
      `SELECT i.reserved, (SELECT count(*)::int FROM popbox.order_lines l WHERE l.product_id = i.product_id) AS orders
       FROM popbox.inventory i WHERE i.product_id = $1`,
      [line.productId],
    );
    expect(rows[0]).toEqual({ reserved: 0, orders: 0 });
  });

  it('T02 a cart cannot outlive its stock', async () => {
    const line = await lineOf(1);
    expect((await quote(checkoutBody([line]))).status).toBe(200);
    await anOpenCheckout(w, [line]);
    const gone = await quote(checkoutBody([line]));
    expect([gone.status, codeOf(gone)]).toEqual([409, 'PRODUCT_VARIANT_OUT_OF_STOCK']);
    const kuji = await aKuji(w, { tickets: 2 });
    const tickets = await quote(checkoutBody([{ productId: kuji.productId, quantity: 3 }]));
    expect([tickets.status, codeOf(tickets)]).toEqual([409, 'KUJI_TICKETS_UNAVAILABLE']);
  });

  it('checks the address, and asks once where it would correct it', async () => {
    const line = await lineOf();
    const at = (address: object, more: object = {}) =>
      quote({
        ...checkoutBody([line], { shippingAddress: { ...inVancouver, ...address } }),
        ...more,
      });
    const abroad = await at({ countryCode: 'US' });
    expect([abroad.status, codeOf(abroad)]).toEqual([422, 'ADDRESS_COUNTRY_UNSUPPORTED']);
    const elsewhere = await at({ postalCode: 'T2P 1J9' });
    expect([elsewhere.status, codeOf(elsewhere)]).toEqual([422, 'ADDRESS_INVALID']);
    expect((await at({ postalCode: 'v6c0c3' })).status).toBe(200);
    const typo = await at({ postalCode: 'V6C OC3' });
    expect([typo.status, codeOf(typo)]).toEqual([422, 'ADDRESS_NEEDS_CONFIRMATION']);
    const { suggestedAddress } = (typo.body as { errors: { suggestedAddress: object } }).errors;
    expect(suggestedAddress).toMatchObject({
      line1: '1 Main St',
      city: 'Vancouver',
      province: 'BC',
      postalCode: 'V6C 0C3',
    });
    expect((await at(suggestedAddress, { confirmedAddress: true })).status).toBe(200);
  });

  it('refuses what a checkout would refuse, each with its code', async () => {
    const product = await aProduct(w);
    const other = await aProduct(w);
    const draft = await aProduct(w);
    await changeProduct(w.app, {
      productId: draft.productId,
      changes: { status: 'draft' },
      actor: 'test',
      requestId: null,
    });
    const inactive = await aVariant(w, product.productId, { isActive: false });
    const soldOut = await aVariant(w, product.productId, { onHand: 0 });
    const kuji = await aKuji(w);
    const unknown = '0192f0c1-0000-7000-8000-00000000ffff';
    const { productId } = product;
    const cases: [object, string][] = [
      [{ productId: unknown, productVariantId: unknown }, '404 PRODUCT_NOT_FOUND'],
      [
        { productId: draft.productId, productVariantId: draft.variantId },
        '409 PRODUCT_NOT_AVAILABLE',
      ],
      [{ productId }, '422 PRODUCT_VARIANT_REQUIRED'],
      [{ productId, productVariantId: other.variantId }, '422 PRODUCT_VARIANT_MISMATCH'],
      [{ productId, productVariantId: unknown }, '409 PRODUCT_VARIANT_NOT_FOUND'],
      [{ productId, productVariantId: inactive.variantId }, '409 PRODUCT_VARIANT_INACTIVE'],
      [{ productId, productVariantId: soldOut.variantId }, '409 PRODUCT_VARIANT_OUT_OF_STOCK'],
      [
        { productId: kuji.productId, productVariantId: other.variantId },
        '422 PRODUCT_VARIANT_MISMATCH',
      ],
    ];
    for (const [item, expected] of cases) {
      const body = { ...checkoutBody([]), items: [{ quantity: 1, ...item }] };
      for (const answer of [await quote(body), await checkout(w, body)]) {
        expect(tellAnswer(answer), JSON.stringify(item)).toBe(expected);
      }
    }
  });

  it('asks a signed-in customer for the account’s e-mail, and refuses a bad bearer', async () => {
    const { token } = await aCustomer(w);
    const body = checkoutBody([await lineOf()]);
    for (const path of ['quote', 'session']) {
      const send = (authorization: string, email: string) =>
        w.http
          .post(`/api/v1/checkout/${path}`)
          .set({ Authorization: authorization, 'Idempotency-Key': newKey() })
          .send({ ...body, email });
      const other = await send(`Bearer ${token}`, 'somebody@example.com');
      expect(tellAnswer(other)).toBe('409 AUTH_CHECKOUT_EMAIL_MISMATCH');
      expect((await send(`Bearer ${token}`, CUSTOMER_EMAIL)).status).toBeLessThan(300);
      expect(tellAnswer(await send('Bearer nope', CUSTOMER_EMAIL))).toBe('401 AUTH_TOKEN_INVALID');
    }
  });

  it.each([
    ['at the threshold of Calgary', { province: 'AB', postalCode: 'T2G 4X3' }, 7_700, 0, 'calgary'],
    ['below it', { province: 'AB', postalCode: 'T2G 4X3' }, 7_699, 1_599, 'calgary'],
    ['of the rest of Alberta', { province: 'AB', postalCode: 'T5J 2R7' }, 8_800, 0, 'alberta'],
    ['below it', { province: 'AB', postalCode: 'T5J 2R7' }, 8_799, 1_599, 'alberta'],
    ['of Canada', { province: 'ON', postalCode: 'M5V 2T6' }, 14_900, 0, 'canada'],
    ['below it', { province: 'ON', postalCode: 'M5V 2T6' }, 14_899, 1_599, 'canada'],
  ])('ships %s (%o)', async (_, address, priceCents, shippingCents, shippingRegion) => {
    const body = checkoutBody([await lineOf(1, priceCents)], {
      shippingAddress: { ...inVancouver, city: 'Somewhere', ...address },
    });
    const answer = await quote(body);
    expect((answer.body as { data: object }).data).toMatchObject({
      shippingCents,
      shippingRegion,
    });
  });

  // Red if only Stripe knows the least that it takes: the shopper was told that the payment page failed.
  it('refuses what is too little to be paid, and so does the checkout', async () => {
    const admin = await anAdmin(w);
    const setFee = (flatShippingCents: number) =>
      callAs(w, admin, ['put', '/admin/settings/shipping'], {
        flatShippingCents,
        calgaryFreeShippingThresholdCents: 7_700,
        albertaFreeShippingThresholdCents: 7_700,
        freeShippingThresholdCents: 14_900,
        currency: 'CAD',
      });
    expect((await setFee(0)).status).toBe(200);
    const little = checkoutBody([await lineOf(5, 47)]);
    expect(tellAnswer(await quote(little))).toBe('422 ORDER_TOTAL_TOO_SMALL');
    expect(tellAnswer(await checkout(w, little))).toBe('422 ORDER_TOTAL_TOO_SMALL');
    const enough = checkoutBody([await lineOf(5, 48)]);
    expect((await quote(enough)).body).toMatchObject({ data: { totalCents: 50 } });
    expect((await checkout(w, enough)).status).toBe(201);
    expect((await setFee(1_599)).status).toBe(200);
  });

  it('writes nothing at all, not even a setting', async () => {
    const kuji = await aKuji(w);
    const line = await lineOf();
    await w.app.database.pool.query('DELETE FROM popbox.settings');
    const before = await snapshotRows(w);
    expect((await quote(checkoutBody([line]))).status).toBe(200);
    const refused = await quote(checkoutBody([{ productId: kuji.productId, quantity: 20 }]));
    expect(tellAnswer(refused)).toBe('409 KUJI_TICKETS_UNAVAILABLE');
    expect(await snapshotRows(w)).toEqual(before);
  });
});
